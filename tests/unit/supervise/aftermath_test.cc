// SPDX-License-Identifier: ISC
#include "supervise/aftermath.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

// As wait(2) gives them.
constexpr int exited(int code) { return code << 8; }
constexpr int dumped(int signal) { return signal | 0x80; }

RunState dead(int wait_status) {
  RunState run{.state = State::up};
  note_death(run, wait_status);
  return run;
}

std::string text_of(const RunState& run, bool failed) {
  const EndWords words = words_of_end(run, failed);
  return std::string(words.result) + " " + std::string(words.code) + " " +
         std::string(words.status.view());
}

}  // namespace

TEST_CASE("how a service ended has systemd's words") {
  CHECK(text_of(dead(exited(0)), false) == "success exited 0");
  CHECK(text_of(dead(exited(3)), false) == "success exited 3");
  CHECK(text_of(dead(exited(3)), true) == "exit-code exited 3");
  CHECK(text_of(dead(SIGTERM), false) == "success killed TERM");
  CHECK(text_of(dead(SIGKILL), true) == "signal killed KILL");
  CHECK(text_of(dead(dumped(SIGSEGV)), true) == "core-dump dumped SEGV");
  CHECK(text_of(dead(60), true) == "signal killed 60");
  CHECK(text_of(dead(unseen_status), true) == "protocol  ");
}

TEST_CASE("why it has failed comes before how its last run ended") {
  const std::pair<Reason, std::string> words[] = {{Reason::too_many_deaths, "start-limit-hit"},
                                                  {Reason::not_ready, "timeout"},
                                                  {Reason::ran_too_long, "timeout"},
                                                  {Reason::after_failed, "exit-code"},
                                                  {Reason::not_stopped, "timeout"},
                                                  {Reason::watchdog, "watchdog"},
                                                  {Reason::unhealthy, "watchdog"},
                                                  {Reason::cannot_fork, "resources"},
                                                  {Reason::cycle, "dependency"},
                                                  {Reason::prevented, "exit-code"},
                                                  {Reason::refused, "exit-code"}};
  for (const auto& [reason, word] : words) {
    RunState run = dead(exited(3));
    run.reason = reason;
    CHECK(text_of(run, true) == word + " exited 3");
  }
}
