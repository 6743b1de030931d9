// SPDX-License-Identifier: ISC
#include "supervise/order_part.hh"

namespace stoker {

namespace {

bool is_going_to_run(State state) { return state == State::starting || is_up(state); }

bool starts_it(const Command& command) {
  return command.kind == Command::Kind::want && command.want != Want::down;
}

// Does it take the place of what was asked before? `sv restart` sends r and u: a restart that
// svscan is to begin is none that u takes back.
bool replaces(const Command& command, Asked asked) {
  if (starts_it(command)) return asked == Asked::stop || asked == Asked::exit;
  return command.kind != Command::Kind::restart || asked != Asked::start;
}

// What svscan is to carry out in the end; nothing if that is for the supervisor to do.
Asked asked_by(const RunState& run, const Command& command, bool leave_stops) {
  const bool in_order = command.manner == Command::Manner::in_order;
  switch (command.kind) {
  case Command::Kind::want:
    return in_order && command.want == Want::down ? Asked::stop : Asked::nothing;
  case Command::Kind::restart: return in_order ? Asked::restart : Asked::nothing;
  case Command::Kind::exit:
    // In daemontools x stops nothing, so it waits for nothing but the stop before it.
    if (!leave_stops) return run.order.asked == Asked::stop ? Asked::exit : Asked::nothing;
    return in_order ? Asked::exit : Asked::nothing;
  case Command::Kind::nothing:
  case Command::Kind::at_most_once:
  case Command::Kind::signal:
  case Command::Kind::reload:
  case Command::Kind::reset:
  case Command::Kind::upgrade:
  case Command::Kind::exit_report:
  case Command::Kind::echo:
  case Command::Kind::order: break;
  }
  return Asked::nothing;
}

}  // namespace

// A command wants it: not a restart after a death, nor the want of one that svscan held back.
void note_held(RunState& run) {
  if (run.asked) run.order.asked = Asked::start;
  run.set_back = false;
  note_begin(run);
}

void note_admitted(RunState& run) {
  if (run.order.asked == Asked::start) run.order.asked = Asked::nothing;
  run.set_back = false;
}

// One that comes late, when the service is stopped, must not count for its next start.
void note_release(RunState& run) {
  if (rests(run.state) || run.want == Want::down || run.want == Want::exit) return;
  run.order.released = true;
  if (run.order.asked == Asked::start) run.order.asked = Asked::nothing;
}

// Where a run has ended already, the policy decides, unless a command has.
void note_hold(RunState& run) {
  const bool stops = is_going_to_run(run.state) || run.state == State::stopping;
  const bool ends = run.state == State::finishing || run.state == State::waiting;
  run.set_back = stops || (ends && (run.asked || run.set_back));
  run.asked = false;
  run.order.released = false;
  run.order.asked = Asked::nothing;
}

void note_blocked(RunState& run, bool blocked) {
  if (run.state != State::held) return;
  if (blocked)
    run.reason = Reason::need_failed;
  else if (run.reason == Reason::need_failed)
    run.reason = Reason::none;
}

bool defers(RunState& run, const Command& command, bool linked, bool leave_stops) {
  if (!linked || command.manner == Command::Manner::alone || !is_going_to_run(run.state))
    return false;
  const Asked asked = asked_by(run, command, leave_stops);
  if (asked == Asked::nothing) return false;
  run.order.asked = asked;
  run.order.alone = false;
  return true;
}

void note_command(RunState& run, const Command& command) {
  OrderState& order = run.order;
  order.alone = command.manner == Command::Manner::alone;
  if (replaces(command, order.asked)) order.asked = Asked::nothing;
  if (!starts_it(command)) return;
  if (order.alone) order.released = true;
  if (run.state != State::held) return;
  order.asked = Asked::start;
  // What svscan said was before it was asked to start the others: it says so again if it must.
  note_blocked(run, false);
}

// Those that need it are told, as by a stop that waits for nobody.
void note_end_in_order(RunState& run) {
  if (!holds_for_good(run)) return;
  run.want = run.order.asked == Asked::exit ? Want::exit : Want::down;
  run.order.asked = Asked::nothing;
}

void note_rest(RunState& run) {
  run.order.released = false;
  run.order.asked = Asked::nothing;
  run.set_back = false;
}

}  // namespace stoker
