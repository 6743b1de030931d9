// SPDX-License-Identifier: ISC
#include "service/state.hh"

#include <algorithm>
#include <iterator>

namespace stoker {

namespace {

constexpr std::string_view state_words[] = {"down",   "starting", "waiting",   "up",
                                            "ready",  "stopping", "finishing", "backoff",
                                            "failed", "held",     "listening"};
constexpr std::string_view want_words[] = {"up", "once", "down", "exit"};
constexpr std::string_view reason_words[] = {
    "none",      "exited",         "killed",           "dumped-core",  "stopped",
    "not-ready", "cannot-execute", "cannot-fork",      "start-failed", "too-many-deaths",
    "refused",   "finished",       "unseen",           "not-stopped",  "skipped",
    "cycle",     "need-failed",    "condition-failed", "watchdog",     "listen-failed",
    "unhealthy", "ran-too-long",   "prevented",        "after-failed", "out-of-memory",
    "no-group",  "masked"};

static_assert(std::size(state_words) == state_count);
static_assert(std::size(want_words) == want_count);
static_assert(std::size(reason_words) == reason_count);

}  // namespace

std::string_view word(State state) { return state_words[static_cast<size_t>(state)]; }
std::string_view word(Want want) { return want_words[static_cast<size_t>(want)]; }
std::string_view word(Reason reason) { return reason_words[static_cast<size_t>(reason)]; }

std::optional<State> state_from(std::string_view word) {
  const auto* const found = std::find(std::begin(state_words), std::end(state_words), word);
  if (found == std::end(state_words)) return {};
  return static_cast<State>(found - std::begin(state_words));
}

}  // namespace stoker
