// SPDX-License-Identifier: ISC
#include "service/report.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a report can be packed into a number and unpacked") {
  Report report;
  report.state = static_cast<State>(GENERATE(range(0, state_count)));
  report.want = static_cast<Want>(GENERATE(range(0, want_count)));
  report.reason = static_cast<Reason>(GENERATE(range(0, reason_count)));
  report.wait_status = GENERATE(0, 256, 0xff00, 9, 0x8b, -1);
  report.essential = GENERATE(false, true);
  report.was_ready = GENERATE(false, true);
  CHECK(unpack_report(pack(report)) == report);
}

TEST_CASE("the exit reports of 0.1.0 are read") {
  const Report report = unpack_report(0x0f00 | 1 << 16 | 1 << 17);
  CHECK(report.wait_status == 0x0f00);
  CHECK(report.essential);
  CHECK(report.was_ready);
  CHECK(unpack_report(1 << 18).wait_status == -1);
}

TEST_CASE("unknown values count as the first one") {
  const Report report = unpack_report(0xf << 19 | 0x1f << 25);
  CHECK(report.state == State::down);
  CHECK(report.reason == Reason::none);
}

TEST_CASE("what runs can be packed into a number and unpacked") {
  const ToldRun run{.pid = GENERATE(0, 2, 32768, 4194303),
                    .role = static_cast<uint8_t>(GENERATE(range(0, 6))),
                    .number = run_number(GENERATE(0U, 1U, 14U, 15U, 16U, 0xffffffffU))};
  CHECK(pack(run) >= 0);
  CHECK(unpack_told_run(pack(run)) == run);
  CHECK(unpack_told_run(-1) == ToldRun{});
}

TEST_CASE("runs that follow each other have other numbers, which are never that of none") {
  const uint32_t starts = GENERATE(range(1U, 40U));
  CHECK(run_number(starts) != 0);
  CHECK(run_number(starts) != run_number(starts + 1));
}
