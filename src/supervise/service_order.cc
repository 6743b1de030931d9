// SPDX-License-Identifier: ISC
// Service: what is left to svscan, and what that says.
#include "service/control.hh"
#include "supervise/order_part.hh"
#include "supervise/service.hh"

namespace stoker {

// A logger takes no part in the order. What is for svscan to do is only noted.
bool Service::is_deferred(const Command& command) {
  if (place.is_log) return false;
  const Personality& personality = shared_.personality;
  if (defers(run_, command, shared_.scanner.is_open(), personality.leave_stops)) return true;
  note_command(run_, command);
  return false;
}

void Service::obey_svscan(OrderWord word) {
  switch (word) {
  case OrderWord::go: return do_as_asked();
  case OrderWord::release: note_release(run_); return on(Event::released);
  case OrderWord::hold: return hold_back();
  case OrderWord::revoke: run_.order.released = false; return;
  case OrderWord::blocked: return note_blocked(run_, true);
  case OrderWord::waiting: return note_blocked(run_, false);
  case OrderWord::cycle: break;
  }
  // A later svscan may know other words.
  if (word != OrderWord::cycle || run_.state != State::held) return;
  run_.reason = Reason::cycle;
  on(Event::give_up);
}

// It may have been taken back.
void Service::do_as_asked() {
  switch (run_.order.asked) {
  case Asked::nothing:
  case Asked::start: return;
  case Asked::restart: return obey({.kind = Command::Kind::restart, .letter = letter::restart});
  case Asked::stop:
  case Asked::exit: break;
  }
  const bool exits = run_.order.asked == Asked::exit;
  obey({.kind = Command::Kind::want, .letter = letter::down, .want = Want::down});
  if (exits) obey({.kind = Command::Kind::exit, .letter = letter::exit});
}

// svscan may not know yet that it was asked to stop.
void Service::hold_back() {
  if (holds_for_good(run_)) return do_as_asked();
  note_hold(run_);
  on(Event::hold);
}

}  // namespace stoker
