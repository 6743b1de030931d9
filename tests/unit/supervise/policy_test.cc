// SPDX-License-Identifier: ISC
#include "supervise/policy.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// Runs a service repeatedly, and returns the decision after each death.
struct Lives {
  Rules rules;
  History history;
  Moment clock = 1000s;
  Ending ending = Ending::unclean;
  bool asked = false, commanded = false, once = false, refused = false, prevented = false;

  Decision dies_after(Moment uptime) {
    const Moment started = clock;
    clock += uptime;
    const Decision verdict =
        judge(rules, {started, clock, ending, asked, commanded, once, refused, prevented}, history);
    clock += verdict.delay;
    return verdict;
  }
  std::vector<Moment> delays(size_t count, Moment uptime) {
    std::vector<Moment> all;
    while (all.size() < count) all.push_back(dies_after(uptime).delay);
    return all;
  }
};

using Moments = std::vector<Moment>;
constexpr Decision at_once{Event::again, 0s};

}  // namespace

TEST_CASE("a service that dies at once is delayed longer and longer") {
  Lives service;
  CHECK(service.delays(9, 0s) ==
        Moments{100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10s, 10s});
  CHECK(service.history.attempt == 9);
}

TEST_CASE("the first death after a second is followed by a start at once, the next are not") {
  Lives service;
  CHECK(service.dies_after(1s) == at_once);
  CHECK(service.history.attempt == 0);
  CHECK(service.delays(3, 1s) == Moments{100ms, 200ms, 400ms});
}

TEST_CASE("staying up for the longest delay resets the backoff") {
  Lives service;
  service.delays(5, 0s);
  CHECK(service.dies_after(10s) == at_once);
  CHECK(service.delays(2, 0s) == Moments{100ms, 200ms});
  service.delays(5, 0s);
  CHECK(service.dies_after(9999ms).delay > 0s);
}

TEST_CASE("the delays of restart-delay are used") {
  Lives service;
  service.rules.delay = {10ms, 35ms};
  CHECK(service.delays(4, 0s) == Moments{10ms, 20ms, 35ms, 35ms});
  service.rules.delay = {0s, 0s};
  CHECK(service.dies_after(0s) == at_once);
  CHECK(service.dies_after(0s) == at_once);
  service.rules.delay = {50ms, 50ms};
  CHECK(service.dies_after(0s).delay == 50ms);
  CHECK(service.dies_after(0s).delay == 50ms);
}

TEST_CASE("delays of ten years do not overflow") {
  Lives service;
  const auto longest = parse_delay("315360000000 315360000000");
  REQUIRE(longest);
  service.rules.delay = *longest;
  CHECK(service.dies_after(0s).delay == longest->most);
  CHECK(service.dies_after(0s).delay == longest->most);
}

TEST_CASE("runsv's own rule is one start per second") {
  Lives service;
  service.rules.runit_pace = true;
  CHECK(service.delays(3, 0s) == Moments{1s, 1s, 1s});
  CHECK(service.dies_after(999ms).delay == 1s);
  CHECK(service.dies_after(1s) == at_once);
  CHECK(service.dies_after(1s) == at_once);
}

TEST_CASE("restart decides whether a service is started again") {
  Lives service;
  SECTION("on-failure: only after a failure") {
    service.rules.restart = Restart::on_failure;
    CHECK(service.dies_after(2s) == at_once);
    service.ending = Ending::clean;
    CHECK(service.dies_after(2s).event == Event::over);
  }
  SECTION("never") {
    service.rules.restart = Restart::not_again;
    CHECK(service.dies_after(2s).event == Event::over);
  }
  SECTION("a requested restart always happens, and at once") {
    service.asked = true;
    service.rules.restart = GENERATE(Restart::always, Restart::on_failure, Restart::not_again);
    service.refused = GENERATE(false, true);
    service.rules.limit = {1, 10s};
    CHECK(service.dies_after(0s) == at_once);
    CHECK(service.dies_after(0s) == at_once);
  }
}

TEST_CASE("a service that runs once is done, one that refuses has failed") {
  Lives service;
  service.once = true;
  CHECK(service.dies_after(0s).event == Event::over);
  service.refused = true;
  CHECK(service.dies_after(0s) == Decision{Event::give_up, 0s, Reason::refused});
}

TEST_CASE("restart and how the run ended decide whether there is another, as in systemd") {
  constexpr struct {
    Restart restart;
    const char* after;  // clean, unclean, signal, timeout, watchdog, unhealthy
  } table[] = {
      {Restart::always, "xxxxxx"},      {Restart::not_again, "------"},
      {Restart::on_success, "x-----"},  {Restart::on_failure, "-xxxxx"},
      {Restart::on_abnormal, "--xxxx"}, {Restart::on_abort, "--x---"},
      {Restart::on_watchdog, "----xx"},
  };
  for (const auto& [restart, after] : table)
    for (int at = 0; at < ending_count; ++at) {
      CAPTURE(static_cast<int>(restart), at);
      Lives service;
      service.rules.restart = restart;
      service.ending = static_cast<Ending>(at);
      const Decision decision = service.dies_after(2s);
      CHECK(is_restarted(restart, service.ending) == (after[at] == 'x'));
      CHECK((decision == at_once) == (after[at] == 'x'));
      if (after[at] != 'x') CHECK(decision == Decision{Event::over, 0s, Reason::finished});
    }
}

TEST_CASE(
    "an end of prevent-restart is followed by no start, and is a failure unless it is clean") {
  Lives service;
  service.prevented = true;
  for (int at = 0; at < ending_count; ++at) {
    service.ending = static_cast<Ending>(at);
    const Event event = service.ending == Ending::clean ? Event::over : Event::give_up;
    CHECK(service.dies_after(2s) == Decision{event, 0s, Reason::prevented});
  }
  SECTION("a command prevails") {
    service.asked = true;
    CHECK(service.dies_after(0s) == at_once);
  }
  SECTION("where it would not be restarted anyway, restart is why") {
    service.rules.restart = Restart::not_again;
    CHECK(service.dies_after(0s) == Decision{Event::over, 0s, Reason::finished});
    service.once = true;
    CHECK(service.dies_after(0s) == Decision{Event::over, 0s});
  }
}

TEST_CASE("with at-least the first restart waits, too") {
  Lives service;
  service.rules.delay = {.least = 100ms, .most = 10s, .at_least = true};
  CHECK(service.delays(3, 1s) == Moments{100ms, 200ms, 400ms});
  SECTION("and so does that after a long run") { CHECK(service.dies_after(10s).delay == 100ms); }
  SECTION("but not one by command") {
    service.commanded = true;
    CHECK(service.dies_after(0s) == at_once);
  }
}

TEST_CASE("a jitter is at most that part of the time, up or down") {
  CHECK(with_jitter(10s, 0, 12345) == 10s);
  CHECK(with_jitter(never, 0, 7) == never);
  CHECK(with_jitter(10s, 20, 0) == 8s);
  CHECK(with_jitter(10s, 20, 200) == 10s);
  CHECK(with_jitter(10s, 20, 400) == 12s);
  CHECK(with_jitter(10s, 20, 401) == 8s);
  CHECK(with_jitter(10s, 100, 0) == 0s);
  CHECK(with_jitter(10s, 100, 2000) == 20s);
  constexpr Moment longest = std::chrono::hours(24 * 3650);
  for (uint32_t random = 0; random < 5000; random += 7) {
    const Moment time = with_jitter(longest, 100, random * 858993);
    CHECK((time >= 0s && time <= 2 * longest));
  }
}

TEST_CASE("the jitter of one delay is not that of the next") {
  Lives service;
  service.rules.delay = {.least = 100ms, .most = 10s, .jitter = 50};
  service.rules.random = 0;
  CHECK(service.delays(4, 0s) == Moments{50ms, 100ms, 200ms, 400ms});
  CHECK(service.history.delay == 800ms);
}

TEST_CASE("after more deaths than max-restarts allows the supervisor gives up") {
  Lives service;
  service.rules.delay = {0s, 0s};
  service.rules.limit = {3, 10s};
  SECTION("in quick succession") {
    for (int death = 0; death < 3; ++death) CHECK(service.dies_after(1s) == at_once);
    CHECK(service.dies_after(1s) == Decision{Event::give_up, 0s, Reason::too_many_deaths});
  }
  SECTION("but not when they are far enough apart") {
    for (int death = 0; death < 20; ++death) CHECK(service.dies_after(4s) == at_once);
  }
  SECTION("and the count restarts with the history") {
    for (int death = 0; death < 3; ++death) service.dies_after(0s);
    service.history = {};
    CHECK(service.dies_after(0s) == at_once);
  }
  SECTION("a long run does not hide deaths within the period") {
    service.rules.delay = {0s, 1s};
    for (int death = 0; death < 3; ++death) CHECK(service.dies_after(2s) == at_once);
    CHECK(service.dies_after(2s).event == Event::give_up);
  }
}

TEST_CASE("a death that a command has caused is a restart, and counts for nothing") {
  Lives service;
  service.rules.limit = {3, 60s};
  SECTION("however often") {
    service.commanded = true;
    for (int death = 0; death < 20; ++death) CHECK(service.dies_after(0s) == at_once);
    CHECK(service.history == History{});
  }
  SECTION("between others, which go on counting") {
    CHECK(service.delays(2, 0s) == Moments{100ms, 200ms});
    service.commanded = true;
    CHECK(service.dies_after(0s) == at_once);
    service.commanded = false;
    CHECK(service.dies_after(0s).delay == 400ms);
    CHECK(service.dies_after(0s).event == Event::give_up);
  }
  SECTION("by runsv's rule, where a pause is due") {
    service.rules.runit_pace = true;
    service.commanded = true;
    CHECK(service.delays(9, 0s) == Moments(9, 1s));
    CHECK(service.dies_after(1s) == at_once);
  }
  SECTION("but restart says whether it is one") {
    service.commanded = true;
    service.rules.restart = Restart::not_again;
    CHECK(service.dies_after(0s).event == Event::over);
    service.rules.restart = Restart::on_failure;
    CHECK(service.dies_after(0s) == at_once);
    service.ending = Ending::clean;
    CHECK(service.dies_after(0s).event == Event::over);
  }
}
