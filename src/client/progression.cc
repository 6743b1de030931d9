// SPDX-License-Identifier: ISC
#include "client/progression.hh"

#include "service/event.hh"

namespace stoker {

void Progression::see(const StatusFile& status) {
  const RunitStatus& runit = status.main;
  const ServiceStatus& record = status.main_status;
  if (status.native) {
    up_ = is_up(record.state);
    ready_ = record.state == State::ready;
    really_down_ = record.state == State::down || record.state == State::failed ||
                   record.state == State::backoff;
    failed_ = record.state == State::failed;
    finished_ = (ready_ && record.oneshot) || (record.state == State::down && record.starts > 0);
  } else {
    up_ = ready_ = runit.pid != 0 && runit.phase == Phase::run;
    really_down_ = runit.pid == 0;
    finished_ = really_down_ && runit.want != 'u';
  }
  if (!begun_) first_ = runit;
  begun_ = true;
  was_down_ = was_down_ || !up_ || runit.since != first_.since;
}

bool Progression::hear(char letter) {
  switch (letter) {
  case event::up:
    up_ = true;
    ready_ = really_down_ = failed_ = false;
    return false;
  case event::ready: up_ = ready_ = true; return true;
  case event::died:
    up_ = ready_ = false;
    was_down_ = true;
    return false;
  case event::down:
    up_ = ready_ = false;
    really_down_ = was_down_ = true;
    return true;
  case event::failed:
    up_ = ready_ = false;
    failed_ = really_down_ = was_down_ = true;
    return false;
  default: return true;
  }
}

bool Progression::reached(Await what) const {
  switch (what) {
  case Await::up: return up_;
  case Await::ready: return ready_;
  case Await::down: return !up_;
  case Await::really_down: return really_down_;
  case Await::restarted: return was_down_ && up_;
  case Await::restarted_ready: return was_down_ && ready_;
  case Await::finished: return finished_;
  }
  return false;
}

bool Progression::hopeless(Await what) const {
  const bool wants_it_down = what == Await::down || what == Await::really_down;
  return failed_ && !wants_it_down && !reached(what);
}

}  // namespace stoker
