// SPDX-License-Identifier: ISC
#include "supervise/order_part.hh"

#include "catch.hh"

using namespace stoker;

namespace {

using Manner = Command::Manner;
using Kind = Command::Kind;

RunState in(State state, OrderState order = {}) { return {.state = state, .order = order}; }

Command command(Kind kind, Manner manner = Manner::plain, Want want = Want::up) {
  return {.kind = kind, .want = want, .manner = manner};
}
Command stop(Manner manner = Manner::plain) { return command(Kind::want, manner, Want::down); }

constexpr State resting[] = {State::down,      State::held,    State::failed,  State::backoff,
                             State::finishing, State::waiting, State::stopping};

}  // namespace

TEST_CASE("a service waits that names others and is not released, where there is a svscan") {
  const OrderState ordered{.ordered = true}, released{.ordered = true, .released = true};
  CHECK(must_wait(in(State::starting, ordered), true));
  CHECK_FALSE(must_wait(in(State::starting, ordered), false));
  CHECK_FALSE(must_wait(in(State::starting, released), true));
  CHECK_FALSE(must_wait(in(State::starting), true));
}

TEST_CASE("what is asked for by command is to be started for; a restart after a death is not") {
  RunState run = in(State::starting);
  note_held(run);
  CHECK(run.order.asked == Asked::nothing);
  run.asked = true;
  note_held(run);
  CHECK(run.order.asked == Asked::start);
  note_admitted(run);
  CHECK(run.order.asked == Asked::nothing);
}

TEST_CASE("a service that is held back is not wanted by command any more") {
  for (const State state : {State::starting, State::up, State::ready, State::stopping}) {
    RunState run = in(state, {.ordered = true, .released = true, .asked = Asked::stop});
    run.asked = true;
    note_hold(run);
    CHECK(run.set_back);
    CHECK_FALSE(run.asked);
    CHECK(run.order == OrderState{.ordered = true});
    CHECK(judge_run(run, {.restart = Restart::not_again}) == Event::set_back);
  }
}

TEST_CASE("where it has died before it was held back, the restart policy decides") {
  for (const State state : {State::finishing, State::waiting}) {
    RunState run = in(state);
    note_hold(run);
    CHECK(judge_run(run, {.restart = Restart::not_again}) == Event::over);
    // … unless a command had decided.
    run = in(state);
    run.asked = true;
    note_hold(run);
    CHECK(judge_run(run, {.restart = Restart::not_again}) == Event::set_back);
  }
}

TEST_CASE("a release that comes late does not count for the next start") {
  for (const State state : {State::down, State::failed}) {
    RunState run = in(state);
    note_release(run);
    CHECK_FALSE(run.order.released);
  }
  for (const Want want : {Want::down, Want::exit}) {
    RunState run = in(State::stopping);
    run.want = want;
    note_release(run);
    CHECK_FALSE(run.order.released);
  }
  RunState run = in(State::held, {.ordered = true, .asked = Asked::start});
  note_release(run);
  CHECK(run.order == OrderState{.ordered = true, .released = true});
}

TEST_CASE("only what is on its way, or runs, is stopped in order") {
  for (const State state : {State::starting, State::up, State::ready}) {
    RunState run = in(state);
    CHECK(defers(run, stop(Manner::in_order), true, false));
    CHECK(run.order.asked == Asked::stop);
    CHECK_FALSE(defers(run, stop(Manner::in_order), false, false));
    CHECK_FALSE(defers(run, stop(), true, false));
    CHECK_FALSE(defers(run, stop(Manner::alone), true, false));
  }
  for (const State state : resting) {
    RunState run = in(state);
    CHECK_FALSE(defers(run, stop(Manner::in_order), true, false));
  }
}

TEST_CASE("an exit in order waits where x stops the service, or a stop waits already") {
  const Command exit = command(Kind::exit, Manner::in_order), plain = command(Kind::exit);
  RunState run = in(State::ready);
  CHECK_FALSE(defers(run, exit, true, false));
  CHECK(defers(run, exit, true, true));
  CHECK(run.order.asked == Asked::exit);
  for (const Command& one : {exit, plain}) {
    run.order.asked = Asked::stop;
    CHECK(defers(run, one, true, false));
    CHECK(run.order.asked == Asked::exit);
  }
}

TEST_CASE("a start in order is a start, and so is a signal a signal") {
  RunState run = in(State::ready);
  CHECK_FALSE(defers(run, command(Kind::want, Manner::in_order), true, true));
  CHECK_FALSE(defers(run, command(Kind::signal, Manner::in_order), true, true));
  CHECK(run == in(State::ready));
}

TEST_CASE("a command takes the place of what was asked before") {
  const auto [given, before, after] = GENERATE(table<Command, Asked, Asked>({
      {stop(), Asked::stop, Asked::nothing},
      {stop(), Asked::start, Asked::nothing},
      {command(Kind::exit), Asked::exit, Asked::nothing},
      {command(Kind::at_most_once), Asked::start, Asked::nothing},
      {command(Kind::restart), Asked::restart, Asked::nothing},
      {command(Kind::restart), Asked::start, Asked::start},
      {command(Kind::want), Asked::stop, Asked::nothing},
      {command(Kind::want), Asked::exit, Asked::nothing},
      {command(Kind::want), Asked::restart, Asked::restart},
      {command(Kind::want), Asked::start, Asked::start},
  }));
  RunState run = in(State::ready, {.alone = true, .asked = before});
  note_command(run, given);
  CHECK(run.order == OrderState{.asked = after});
}

TEST_CASE("a start alone is released, and any start asks for others while it is held") {
  RunState run = in(State::down);
  note_command(run, command(Kind::want, Manner::alone));
  CHECK(run.order == OrderState{.released = true, .alone = true});
  run = in(State::held);
  note_command(run, command(Kind::want));
  CHECK(run.order == OrderState{.asked = Asked::start});
}

TEST_CASE("only a service that is held can be blocked") {
  RunState run = in(State::ready);
  note_blocked(run, true);
  CHECK(run.reason == Reason::none);
  run = in(State::held);
  note_blocked(run, true);
  CHECK(run.reason == Reason::need_failed);
  note_blocked(run, false);
  CHECK(run.reason == Reason::none);
  run.reason = Reason::exited;
  note_blocked(run, false);
  CHECK(run.reason == Reason::exited);
}

TEST_CASE("what blocked a service counts no longer when it is asked to start") {
  RunState run = in(State::held);
  note_blocked(run, true);
  note_command(run, command(Kind::want, Manner::plain));
  CHECK(run.order == OrderState{.asked = Asked::start});
  CHECK(run.reason == Reason::none);
}

TEST_CASE("what ends before it is stopped in order has been stopped") {
  RunState run = in(State::ready, {.ordered = true, .released = true, .asked = Asked::stop});
  note_end_in_order(run);
  CHECK(run.want == Want::down);
  CHECK(run.order.asked == Asked::nothing);
  run = in(State::ready, {.asked = Asked::exit});
  note_end_in_order(run);
  CHECK(run.want == Want::exit);
  for (const Asked asked : {Asked::nothing, Asked::start, Asked::restart}) {
    run = in(State::ready, {.asked = asked});
    note_end_in_order(run);
    CHECK(run.want == Want::up);
    CHECK(run.order.asked == asked);
  }
}
