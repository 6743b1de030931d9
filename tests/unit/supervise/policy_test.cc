// SPDX-License-Identifier: ISC
#include "supervise/policy.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// Lets a service live again and again, and tells what is decided after each death.
struct Lives {
  Rules rules;
  History history;
  Moment clock = 1000s;
  bool success = false, asked = false, once = false, refused = false;

  Decision dies_after(Moment uptime) {
    const Moment started = clock;
    clock += uptime;
    const Decision verdict = judge(rules, {started, clock, success, asked, once, refused}, history);
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

TEST_CASE("a service that dies at once waits longer and longer") {
  Lives service;
  CHECK(service.delays(9, 0s) ==
        Moments{100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10s, 10s});
  CHECK(service.history.attempt == 9);
}

TEST_CASE("a first death after a second is answered at once, the next ones are not") {
  Lives service;
  CHECK(service.dies_after(1s) == at_once);
  CHECK(service.history.attempt == 0);
  CHECK(service.delays(3, 1s) == Moments{100ms, 200ms, 400ms});
}

TEST_CASE("a service that stayed up for the longest delay begins anew") {
  Lives service;
  service.delays(5, 0s);
  CHECK(service.dies_after(10s) == at_once);
  CHECK(service.delays(2, 0s) == Moments{100ms, 200ms});
  service.delays(5, 0s);
  CHECK(service.dies_after(9999ms).delay > 0s);
}

TEST_CASE("the delays of restart-delay are kept to") {
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

TEST_CASE("runsv's own rule is one start a second") {
  Lives service;
  service.rules.runit_pace = true;
  CHECK(service.delays(3, 0s) == Moments{1s, 1s, 1s});
  CHECK(service.dies_after(999ms).delay == 1s);
  CHECK(service.dies_after(1s) == at_once);
  CHECK(service.dies_after(1s) == at_once);
}

TEST_CASE("restart says whether it is started again") {
  Lives service;
  SECTION("on-failure: only after a failure") {
    service.rules.restart = Restart::on_failure;
    CHECK(service.dies_after(2s) == at_once);
    service.success = true;
    CHECK(service.dies_after(2s).event == Event::over);
  }
  SECTION("never: not at all") {
    service.rules.restart = Restart::not_again;
    CHECK(service.dies_after(2s).event == Event::over);
  }
  SECTION("whoever asked gets it in any case, and at once") {
    service.asked = true;
    service.rules.restart = GENERATE(Restart::always, Restart::on_failure, Restart::not_again);
    service.refused = GENERATE(false, true);
    service.rules.limit = {1, 10s};
    CHECK(service.dies_after(0s) == at_once);
    CHECK(service.dies_after(0s) == at_once);
  }
}

TEST_CASE("a service that runs once is over, one that refuses has failed") {
  Lives service;
  service.once = true;
  CHECK(service.dies_after(0s).event == Event::over);
  service.refused = true;
  CHECK(service.dies_after(0s).event == Event::give_up);
}

TEST_CASE("more deaths than max-restarts allows are given up") {
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
  SECTION("and the count starts anew when the history does") {
    for (int death = 0; death < 3; ++death) service.dies_after(0s);
    service.history = {};
    CHECK(service.dies_after(0s) == at_once);
  }
  SECTION("a long life does not hide deaths within the period") {
    service.rules.delay = {0s, 1s};
    for (int death = 0; death < 3; ++death) CHECK(service.dies_after(2s) == at_once);
    CHECK(service.dies_after(2s).event == Event::give_up);
  }
}

TEST_CASE("restart is one of three words") {
  CHECK(parse_restart("always") == Restart::always);
  CHECK(parse_restart(" on-failure \n") == Restart::on_failure);
  CHECK(parse_restart("never\n") == Restart::not_again);
  for (const char* const bad : {"", "\n", "Always", "on failure", "never never", "no"})
    CHECK_FALSE(parse_restart(bad));
}

TEST_CASE("restart-delay is one or two times in milliseconds") {
  CHECK(parse_delay("100 10000\n") == Delay{100ms, 10s});
  CHECK(parse_delay("5") == Delay{5ms, 5ms});
  CHECK(parse_delay("\t0   0\n") == Delay{0s, 0s});
  for (const char* const bad : {"", " \n", "x", "10 5", "-1", "1 2 3", "1.5", "1s", "10,20",
                                "99999999999999999999", "1 99999999999999999999", "0x10"})
    CHECK_FALSE(parse_delay(bad));
}

TEST_CASE("max-restarts is a number and seconds") {
  CHECK(parse_limit("5 10\n") == Limit{5, 10s});
  for (const char* const bad : {"", "5", "0 10", "5 0", "5 x", "-5 10", "5 10 15", "4294967296 1",
                                "1 99999999999999999999"})
    CHECK_FALSE(parse_limit(bad));
}

TEST_CASE("a timeout is milliseconds, and nought means none") {
  CHECK(parse_timeout("0") == never);
  CHECK(parse_timeout("250\n") == 250ms);
  CHECK(parse_timeout("315360000000") == std::chrono::hours(24 * 3650));
  for (const char* const bad :
       {"", "\n", "-1", "1 2", "ten", "315360000001", "1e3", "18446744073709551616", "+5"})
    CHECK_FALSE(parse_timeout(bad));
  CHECK_FALSE(parse_timeout(std::string(1 << 20, '9')));
  CHECK_FALSE(parse_timeout(std::string_view("5\0", 2)));
}
