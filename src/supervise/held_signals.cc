// SPDX-License-Identifier: ISC
#include "supervise/held_signals.hh"

#include <utility>

#include "service/control.hh"

namespace stoker {

namespace {

// A bit each, in this order. TERM comes last, since little comes after it.
constexpr char holdable[] = {letter::resume, letter::alarm,     letter::hangup,    letter::user1,
                             letter::user2,  letter::window,    letter::window_s6, letter::abort,
                             letter::quit,   letter::interrupt, letter::terminate};

constexpr unsigned bit_of(char byte) {
  unsigned bit = 1;
  for (const char one : holdable) {
    if (one == byte) return bit;
    bit <<= 1;
  }
  return 0;
}

// As long as daemontools waits.
constexpr Moment settling_time = 1s;

bool is_between_runs(const RunState& run) {
  if (run.want != Want::up) return false;
  switch (run.state) {
  case State::starting: return run.role != Role::start;  // which gets them itself
  case State::waiting:
  case State::finishing:
  case State::held:
  case State::listening:
  case State::backoff: return true;
  case State::down:
  case State::up:
  case State::ready:
  case State::stopping:
  case State::failed: return false;
  }
  return false;
}

}  // namespace

void hold_signal(RunState& run, char letter) {
  if (is_between_runs(run)) run.held |= bit_of(letter);
}

void drop_held_restart(RunState& run) { run.held &= ~bit_of(letter::terminate); }

Moment held_signals_due(const RunState& run) {
  const bool takes = run.role == Role::run && run.state == State::ready;
  return run.held != 0 && takes ? run.begun + settling_time : never;
}

Text<16> take_held_signals(RunState& run, Moment now) {
  Text<16> letters;
  if (now < held_signals_due(run)) return letters;
  const unsigned held = std::exchange(run.held, 0U);
  for (const char one : holdable)
    if ((held & bit_of(one)) != 0) letters.append(one);
  return letters;
}

}  // namespace stoker
