// SPDX-License-Identifier: ISC
#include "scan/signal_map.hh"

#include "base/parse.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

// Told apart by the system's own numbers; 0 where it has none.
#ifdef SIGPWR
constexpr int power_failure = SIGPWR;
#else
constexpr int power_failure = 0;
#endif
int halt_signal() {
  const int realtime = first_realtime_signal();
  return realtime != 0 ? realtime + 3 : 0;
}

constexpr int usual[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};

bool stops_always(int number) {
  return number == SIGTERM || number == SIGINT || number == power_failure ||
         number == halt_signal();
}

// Signals that only stop other programs mean TERM to the main process, which may know nothing
// of them.
int understood(int number) {
  return number == power_failure || number == halt_signal() ? SIGTERM : number;
}

bool can_be_caught(int number) {
  return number != SIGKILL && number != SIGSTOP && number != SIGCHLD;
}

}  // namespace

SignalMap::SignalMap() {
  for (int number = 0; number < NSIG; ++number)
    rewritten_[static_cast<size_t>(number)] = static_cast<unsigned char>(number);
  for (const int number : usual) forwarded_.add(number);
}

bool SignalMap::forward(std::string_view list) {
  forwarded_.clear();
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view name(list.data(), comma == std::string_view::npos ? list.size() : comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    const auto number = parse_signal(name);
    if (!number || !can_be_caught(*number)) return false;
    forwarded_.add(*number);
    heard_.add(*number);
  }
  return true;
}

bool SignalMap::rewrite(std::string_view pair) {
  const size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return false;
  const auto from = parse_signal({pair.data(), colon});
  pair.remove_prefix(colon + 1);
  const auto to = pair == "0" ? std::optional(0) : parse_signal(pair);
  if (!from || !to || !can_be_caught(*from)) return false;
  rewritten_[static_cast<size_t>(*from)] = static_cast<unsigned char>(*to);
  heard_.add(*from);
  return true;
}

SignalMap::Meaning SignalMap::meaning_of(int number, bool has_main) const {
  const int taken_for = rewritten_[static_cast<size_t>(number)];
  if (taken_for == 0) return {};
  Meaning meaning;
  // QUIT asks many programs to dump their state, or to end when they are idle.
  meaning.stops =
      stops_always(number) || stops_always(taken_for) || (!has_main && taken_for == SIGQUIT);
  const bool forwards = forwarded_.has(number) || forwarded_.has(taken_for);
  if (has_main && (forwards || meaning.stops)) meaning.deliver = understood(taken_for);
  if (meaning.deliver == 0 && !meaning.stops) meaning.own = taken_for;
  return meaning;
}

}  // namespace stoker
