// SPDX-License-Identifier: ISC
#include "sv/history.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

Page page;  // too large for the stack of a test

constexpr uint64_t second = 1'000'000;
// Up for 100 s; 2026-11-22 12:00:00 UTC.
constexpr HistoryClocks clocks{
    .since_boot = 100 * second, .since_1970 = 1'795'348'800 * second, .boot = 7};

HistoryEntry entry(uint64_t seconds, State state, HistoryEntry more = {}) {
  more.at = seconds * second;
  more.boot = more.boot == 0 ? 7 : more.boot;
  more.state = state;
  return more;
}

std::vector<Transition> listed(const std::vector<HistoryEntry>& entries) {
  std::vector<Transition> all(entries.size());
  list_transitions("web", entries, clocks, all);
  return all;
}

std::string json(const Transition& transition) {
  page.clear();
  append_json_transition(page, transition);
  return std::string(page.view());
}

}  // namespace

TEST_CASE("a transition lasts until the next one of the same service or logger") {
  const auto all = listed({entry(10, State::up, {.log = true}), entry(20, State::up),
                           entry(21, State::ready), entry(90, State::finishing)});
  CHECK(lasted_text(all[0]).view() == "1m 30s+");
  CHECK(lasted_text(all[1]).view() == "1.000 s");
  CHECK(lasted_text(all[2]).view() == "1m 9s");
  CHECK(lasted_text(all[3]).view() == "10.000 s+");
  CHECK(whose(all[0]).view() == "web/log");
  CHECK(whose(all[1]).view() == "web");
}

TEST_CASE("the time of a transition is by the clock as it is now, not as it was then") {
  const auto all = listed({entry(40, State::up, {.wall = 12})});
  CHECK(moment_text(all[0]).view() == "2026-11-22T11:59:00.000Z");
}

TEST_CASE("of an earlier boot, the time is what the clock said, and the last state has no end") {
  const auto all = listed(
      {entry(5'000, State::ready, {.wall = 1'795'000'000, .boot = 3}), entry(1, State::ready)});
  CHECK(moment_text(all[0]).view() == "2026-11-18T11:06:40.000Z");
  CHECK(lasted_text(all[0]).view() == "-");
  CHECK(is_earlier(all[0], all[1]));
  CHECK_FALSE(is_earlier(all[1], all[0]));
}

TEST_CASE("a reason belongs to a run that is over") {
  const HistoryEntry killed{.reason = Reason::killed, .signal = SIGSEGV};
  CHECK(remark(entry(1, State::finishing, killed)).view() == "killed by SIGSEGV");
  CHECK(remark(entry(1, State::backoff, killed)).view() == "killed by SIGSEGV");
  CHECK(remark(entry(1, State::up, killed)).empty());
  CHECK(remark(entry(1, State::ready, killed)).empty());
  CHECK(remark(entry(1, State::up, {.reason = Reason::not_ready})).view() == "not ready in time");
}

TEST_CASE("the first entry of a supervisor says so") {
  CHECK(remark(entry(1, State::down, {.began = true})).view() == "supervised");
  CHECK(remark(entry(1, State::ready, {.took_over = true})).view() ==
        "taken over by a new supervisor");
  CHECK(remark(entry(1, State::ready, {.oneshot = true})).view() == "done");
}

TEST_CASE("a transition in JSON has all members, whatever is known") {
  const auto all =
      listed({entry(20, State::finishing,
                    {.reason = Reason::killed, .exit_code = -1, .signal = SIGSEGV, .pid = 12}),
              entry(21, State::up, {.log = true, .began = true})});
  CHECK(json(all[0]) ==
        R"({"time":"2026-11-22T11:58:40.000Z","name":"web","log":false,"state":"finishing",)"
        R"("want":"up","seconds":80.000000,"lasts":true,"pid":12,"exit_code":null,)"
        R"("signal":"SIGSEGV","reason":"killed by SIGSEGV","boot_time":20.000000,)"
        R"("supervisor":null})");
  CHECK(json(all[1]) ==
        R"({"time":"2026-11-22T11:58:41.000Z","name":"web","log":true,"state":"up",)"
        R"("want":"up","seconds":79.000000,"lasts":true,"pid":null,"exit_code":null,)"
        R"("signal":null,"reason":"supervised","boot_time":21.000000,"supervisor":"began"})");
}
