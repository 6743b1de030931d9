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
  bool clean = false, asked = false, commanded = false, once = false, refused = false;

  Decision dies_after(Moment uptime) {
    const Moment started = clock;
    clock += uptime;
    const Decision verdict =
        judge(rules, {started, clock, clean, asked, commanded, once, refused}, history);
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
    service.clean = true;
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
  CHECK(service.dies_after(0s).event == Event::give_up);
}

TEST_CASE("after more deaths than max-restarts allows the supervisor gives up") {
  Lives service;
  service.rules.delay = {0s, 0s};
  service.rules.limit = {3, 10s};
  SECTION("in quick succession") {
    for (int death = 0; death < 3; ++death) CHECK(service.dies_after(1s) == at_once);
    CHECK(service.dies_after(1s).event == Event::give_up);
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
    service.clean = true;
    CHECK(service.dies_after(0s).event == Event::over);
  }
}
