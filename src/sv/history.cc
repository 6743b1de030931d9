// SPDX-License-Identifier: ISC
#include "sv/history.hh"

#include <algorithm>

#include "base/parse.hh"
#include "client/json.hh"
#include "service/layout.hh"
#include "sv/elapsed.hh"

namespace stoker {

namespace {

constexpr uint64_t second = 1'000'000;

// By the clock as it is set now, since it may have been wrong then; of another boot, only that is
// known.
uint64_t time_of(const HistoryEntry& entry, const HistoryClocks& clocks) {
  if (entry.boot != clocks.boot) return entry.wall * second;
  const uint64_t ago = clocks.since_boot - std::min(entry.at, clocks.since_boot);
  return clocks.since_1970 - std::min(ago, clocks.since_1970);
}

// The next transition of the same service, or of the same logger; null: this is the last.
const HistoryEntry* next_of(std::span<const HistoryEntry> entries, size_t at) {
  for (size_t next = at + 1; next < entries.size(); ++next)
    if (entries[next].log == entries[at].log) return &entries[next];
  return nullptr;
}

void measure(Transition& one, const HistoryEntry* next, const HistoryClocks& clocks) {
  one.lasts = next == nullptr && one.this_boot;
  one.unknown = next == nullptr ? !one.this_boot : next->boot != one.entry.boot;
  const uint64_t end = next != nullptr ? next->at : clocks.since_boot;
  one.lasted = end - std::min(one.entry.at, end);
}

ServiceStatus status_of(const HistoryEntry& entry) {
  return {.state = entry.state,
          .want = entry.want,
          .reason = entry.reason,
          .oneshot = entry.oneshot,
          .exit_code = entry.exit_code,
          .signal = entry.signal,
          .error = entry.error};
}

// A run that is fine has no reason; what is kept is that of the run before.
bool has_reason(const HistoryEntry& entry) {
  switch (entry.state) {
  case State::ready: return entry.reason == Reason::unhealthy;
  case State::listening:
  case State::starting: return false;
  case State::up: return entry.reason == Reason::not_ready;
  case State::stopping:
    return entry.reason == Reason::not_stopped || entry.reason == Reason::unhealthy;
  case State::down:
  case State::waiting:
  case State::finishing:
  case State::backoff:
  case State::failed:
  case State::held: return true;
  }
  return true;
}

}  // namespace

void list_transitions(const char* name, std::span<const HistoryEntry> entries,
                      const HistoryClocks& clocks, std::span<Transition> into) {
  for (size_t at = 0; at < entries.size(); ++at) {
    Transition& one = into[at];
    one = {.name = name,
           .entry = entries[at],
           .this_boot = entries[at].boot == clocks.boot,
           .when = time_of(entries[at], clocks)};
    measure(one, next_of(entries, at), clocks);
  }
}

bool is_earlier(const Transition& one, const Transition& other) {
  if (one.this_boot != other.this_boot) return other.this_boot;
  const uint64_t mine = one.this_boot ? one.entry.at : one.when;
  const uint64_t theirs = one.this_boot ? other.entry.at : other.when;
  if (mine != theirs) return mine < theirs;
  // Those of another boot are known to the second, but not in which order, except by this.
  if (one.entry.at != other.entry.at) return one.entry.at < other.entry.at;
  return std::string_view(one.name) < std::string_view(other.name);
}

Cell remark(const HistoryEntry& entry) {
  if (entry.took_over) return Cell("taken over by a new supervisor");
  if (entry.recovered) return Cell("healthy");
  if (entry.state == State::ready && entry.oneshot && entry.reason != Reason::unhealthy)
    return Cell("done");
  Cell text;
  if (has_reason(entry)) text = reason_text(status_of(entry));
  if (text.empty() && entry.began) return Cell("supervised");
  return text;
}

Text<40> lasted_text(const Transition& one) {
  if (one.unknown) return Text<40>("-");
  return Text<40>(elapsed_text(one.lasted).view(), one.lasts ? "+" : "");
}

Cell whose(const Transition& one) {
  Cell name = harmless(one.name);
  if (one.entry.log) name.append("/", layout::log);
  return name;
}

Cell moment_text(const Transition& one) {
  const Tai64n time{Tai64n::epoch + one.when / second,
                    static_cast<uint32_t>(one.when % second * 1000)};
  return time_text(time, true);
}

void append_json_transition(Page& page, const Transition& one) {
  const HistoryEntry& entry = one.entry;
  const auto text = [&page](std::string_view key, std::string_view value) {
    page.append("\"", key, "\":");
    value.empty() ? page.append("null") : append_json_string(page, value);
    page.append(',');
  };
  const auto number = [&page](std::string_view key, auto value, bool known) {
    page.append("\"", key, "\":");
    known ? page.append(value) : page.append("null");
    page.append(',');
  };
  page.append('{');
  text("time", moment_text(one).view());
  text("name", one.name);
  page.append("\"log\":", entry.log ? "true," : "false,");
  text("state", word(entry.state));
  text("want", word(entry.want));
  number("seconds", seconds_number(one.lasted).view(), !one.unknown);
  page.append("\"lasts\":", one.lasts ? "true," : "false,");
  number("pid", entry.pid, entry.pid != 0);
  number("exit_code", entry.exit_code, entry.exit_code >= 0);
  const std::string_view signal = signal_name(entry.signal);
  text("signal", entry.signal == 0 ? Cell().view()
                 : signal.empty()  ? Cell(entry.signal).view()
                                   : Cell("SIG", signal).view());
  text("reason", remark(entry).view());
  number("boot_time", seconds_number(entry.at).view(), one.this_boot);
  page.append("\"supervisor\":", entry.began       ? "\"began\"}"
                                 : entry.took_over ? "\"took over\"}"
                                                   : "null}");
}

}  // namespace stoker
