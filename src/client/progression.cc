// SPDX-License-Identifier: ISC
#include "client/progression.hh"

#include "service/event.hh"

namespace stoker {

namespace {

using Stage = Progression::Stage;

Stage stage_of(State state) {
  switch (state) {
  case State::up: return Stage::up;
  case State::listening:
  case State::ready: return Stage::ready;
  case State::down:
  case State::held:
  case State::backoff: return Stage::down;
  case State::failed: return Stage::failed;
  case State::starting:
  case State::waiting:
  case State::stopping:
  case State::finishing: return Stage::between;
  }
  return Stage::between;
}

// Another suite's service is ready when it runs.
Stage stage_of(const RunitStatus& runit) {
  if (runit.pid == 0) return Stage::down;
  return runit.phase == Phase::run ? Stage::ready : Stage::between;
}

}  // namespace

void Progression::see(const StatusFile& status) {
  const RunitStatus& runit = status.main;
  const ServiceStatus& own = status.main_status;
  if (status.native) {
    stage_ = stage_of(own.state);
    finished_ =
        own.state == State::ready ? own.oneshot : own.state == State::down && own.starts > 0;
  } else {
    stage_ = stage_of(runit);
    finished_ = stage_ == Stage::down && runit.want != 'u';
  }
  if (!first_) first_ = runit;
  was_down_ = was_down_ || !is_up() || runit.since != first_->since;
}

bool Progression::hear(char letter) {
  switch (letter) {
  case event::up: stage_ = Stage::up; return false;
  case event::listening:
  case event::ready: stage_ = Stage::ready; return true;
  case event::died:
    stage_ = Stage::between;
    was_down_ = true;
    return false;
  case event::down:
    stage_ = Stage::down;
    was_down_ = true;
    return true;
  case event::failed:
    stage_ = Stage::failed;
    was_down_ = true;
    return false;
  default: return true;
  }
}

bool Progression::reached(Await what) const {
  switch (what) {
  case Await::up: return is_up();
  case Await::ready: return stage_ == Stage::ready;
  case Await::down: return !is_up();
  case Await::really_down: return stage_ == Stage::down || stage_ == Stage::failed;
  case Await::restarted: return was_down_ && is_up();
  case Await::restarted_ready: return was_down_ && stage_ == Stage::ready;
  case Await::finished: return finished_;
  }
  return false;
}

bool Progression::hopeless(Await what) const {
  const bool wants_it_down = what == Await::down || what == Await::really_down;
  return stage_ == Stage::failed && !wants_it_down && !reached(what);
}

}  // namespace stoker
