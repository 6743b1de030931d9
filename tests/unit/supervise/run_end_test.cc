// SPDX-License-Identifier: ISC
// RunState: how a run ended, and what is concluded from that.
#include <csignal>

#include "catch.hh"
#include "service/late_kill.hh"
#include "supervise/run_state.hh"

using namespace stoker;

namespace {

// As wait(2) gives them.
constexpr int exited(int code) { return code << 8; }
constexpr int killed(int signal) { return signal; }
constexpr int dumped(int signal) { return signal | 0x80; }

RunState living(State state, Role role) {
  return {.state = state, .want = Want::up, .role = role, .pid = 42, .since = {7, 8}};
}

}  // namespace

TEST_CASE("how a run ended follows from its status, or from why it was ended") {
  RunState run = living(State::up, Role::run);
  note_death(run, exited(3));
  CHECK(ending_of(run) == Ending::unclean);
  note_death(run, unseen_status);
  CHECK(ending_of(run) == Ending::unclean);
  for (const int status : {killed(SIGKILL), dumped(SIGSEGV)}) {
    note_death(run, status);
    CHECK(ending_of(run) == Ending::signal);
  }
  const std::pair<Reason, Ending> ends[] = {{Reason::not_ready, Ending::timeout},
                                            {Reason::ran_too_long, Ending::timeout},
                                            {Reason::after_failed, Ending::unclean},
                                            {Reason::watchdog, Ending::watchdog},
                                            {Reason::unhealthy, Ending::unhealthy}};
  for (const auto& [reason, ending] : ends) {
    run.reason = reason;
    for (const int code : {0, 3}) {
      run.exit_code = code;
      CHECK(ending_of(run) == ending);
    }
  }
  run.reason = Reason::not_stopped;
  run.exit_code = 0;
  run.signal = 0;
  run.error = pack(LateKill{LateKill::Who::run, SIGTERM, 3s});
  CHECK(ending_of(run) == Ending::timeout);
  run.error = pack(LateKill{LateKill::Who::finish, SIGTERM, 3s});
  CHECK(ending_of(run) == Ending::clean);
}

TEST_CASE("success-exit adds ends that are clean") {
  RunState run = living(State::up, Role::run);
  const ExitSet success = *parse_exit_set("3 75 SIGUSR1");
  for (const int status : {exited(3), exited(75), killed(SIGUSR1), exited(0), killed(SIGTERM)}) {
    note_death(run, status);
    CHECK(ending_of(run, success) == Ending::clean);
  }
  for (const int status : {exited(1), exited(SIGUSR1), killed(SIGUSR2), unseen_status}) {
    note_death(run, status);
    CHECK(ending_of(run, success) != Ending::clean);
  }
  run.reason = Reason::cannot_execute;
  run.exit_code = 111;
  CHECK(ending_of(run, *parse_exit_set("111")) == Ending::unclean);
}

TEST_CASE("what is decided after a run is its reason, its conclusion and a hint") {
  RunState run = living(State::waiting, Role::none);
  Rules rules{.restart = Restart::on_failure, .success = *parse_exit_set("3")};
  SECTION("clean") {
    note_death(run, exited(0));
    CHECK(judge_run(run, rules) == Event::over);
    CHECK(run.reason == Reason::finished);
    CHECK(run.conclusion == Conclusion::success);
    CHECK(run.hint == Hint::none);
  }
  SECTION("clean by success-exit") {
    note_death(run, exited(3));
    CHECK(judge_run(run, rules) == Event::over);
    CHECK(run.conclusion == Conclusion::success);
    CHECK(run.hint == Hint::success);
  }
  SECTION("another start is no conclusion") {
    note_death(run, exited(4));
    CHECK(judge_run(run, rules) == Event::later);
    CHECK(run.conclusion == Conclusion::none);
    CHECK(run.reason == Reason::exited);
  }
  SECTION("not restarted, and no success") {
    rules.restart = Restart::not_again;
    note_death(run, exited(4));
    CHECK(judge_run(run, rules) == Event::over);
    CHECK(run.conclusion == Conclusion::failure);
  }
  SECTION("prevented") {
    rules.prevent = *parse_exit_set("4 KILL");
    note_death(run, GENERATE(exited(4), killed(SIGKILL)));
    CHECK(judge_run(run, rules) == Event::give_up);
    CHECK(run.reason == Reason::prevented);
    CHECK(run.conclusion == Conclusion::failure);
  }
  SECTION("once") {
    run.want = Want::once;
    note_death(run, exited(GENERATE(3, 4)));
    CHECK(judge_run(run, rules) == Event::over);
    CHECK(run.reason == Reason::exited);
    CHECK(run.conclusion == (run.exit_code == 3 ? Conclusion::success : Conclusion::failure));
  }
  SECTION("by command") {
    run.want = GENERATE(Want::down, Want::exit);
    note_death(run, exited(4));
    CHECK(judge_run(run, rules) == Event::over);
    CHECK(run.conclusion == Conclusion::none);
  }
}

TEST_CASE("a run that the supervisor ends has its cause as the reason, unless a command prevails") {
  RunState run = living(State::stopping, Role::run);
  run.cause = GENERATE(Reason::ran_too_long, Reason::watchdog, Reason::unhealthy);
  run.commanded = true;
  SECTION("however it ends") {
    SECTION("killed late") { note_late_kill(run, SIGTERM, 3s); }
    SECTION("or not") {}
    note_death(run, GENERATE(exited(0), killed(SIGKILL)));
    CHECK(run.reason == run.cause);
  }
  SECTION("and counts as a death of its own") {
    note_death(run, killed(SIGTERM));
    CHECK(judge_run(run, {.limit = {1, 10s}}) == Event::later);
    CHECK(judge_run(run, {.limit = {1, 10s}}) == Event::give_up);
  }
  SECTION("not when it is to be down") {
    run.want = Want::down;
    note_death(run, exited(0));
    CHECK(run.reason == Reason::stopped);
  }
}

TEST_CASE("a finish or stop script that is killed is a reason if nothing worse has happened") {
  const auto [role, who] = GENERATE(std::pair(Role::finish, LateKill::Who::finish),
                                    std::pair(Role::stop, LateKill::Who::stop));
  RunState run = living(State::finishing, role);
  run.exit_code = 0;
  SECTION("after an end in order") {
    run.reason = GENERATE(Reason::none, Reason::stopped, Reason::exited);
    note_late_kill(run, 0, 3s);
    CHECK(run.reason == Reason::not_stopped);
    CHECK(unpack_late_kill(run.error).who == who);
  }
  SECTION("not after another one") {
    run.reason = GENERATE(Reason::killed, Reason::exited, Reason::cannot_execute);
    run.exit_code = 3;
    const Reason before = run.reason;
    note_late_kill(run, 0, 3s);
    CHECK(run.reason == before);
  }
}

TEST_CASE(
    "a run that the kernel has killed for lack of memory ended for that, and not by command") {
  RunState run{.state = State::ready, .role = Role::run};
  note_death(run, SIGKILL);
  note_lack_of_memory(run, -4097);
  CHECK(run.reason == Reason::out_of_memory);
  CHECK(run.error == -4097);
  CHECK(ending_of(run) == Ending::signal);
  note_death(run, 0);
  note_lack_of_memory(run, -4097);
  CHECK(run.reason == Reason::exited);
  CHECK(run.error == 0);
  run.commanded = true;
  note_death(run, SIGKILL);
  note_lack_of_memory(run, -4097);
  CHECK(run.reason == Reason::killed);
}

TEST_CASE("a service that is stopped since a process of it lacked memory did not end cleanly") {
  RunState run{.state = State::stopping, .role = Role::run};
  run.cause = Reason::out_of_memory;
  note_death(run, SIGTERM);
  note_lack_of_memory(run, -1);
  CHECK(run.reason == Reason::out_of_memory);
  CHECK(ending_of(run) == Ending::signal);
}
