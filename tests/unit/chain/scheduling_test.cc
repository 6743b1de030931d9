// SPDX-License-Identifier: ISC
#include "chain/scheduling.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("processors are listed one by one and in ranges, and lists add up") {
  std::optional<CpuSet> cpus;
  REQUIRE(add_cpus(cpus, "0, 2-4"));
  REQUIRE(add_cpus(cpus, "1023"));
  std::string has;
  for (unsigned i = 0; i < CpuSet::most; ++i)
    if (cpus->has(i)) has += std::to_string(i) + " ";
  CHECK(has == "0 2 3 4 1023 ");
}

TEST_CASE("an invalid list of processors is refused") {
  const std::string text =
      GENERATE(as<std::string>(), "x", "1-", "-1", "3-1", "1024", "0-1024", "1--2", "1;2", "0x3");
  CAPTURE(text);
  std::optional<CpuSet> cpus;
  CHECK_FALSE(add_cpus(cpus, text));
}

TEST_CASE("an empty list of processors removes all") {
  std::optional<CpuSet> cpus;
  REQUIRE(add_cpus(cpus, "3"));
  REQUIRE(add_cpus(cpus, ""));
  CHECK_FALSE(cpus);
}

TEST_CASE("an IO priority is a class, a level or both") {
  using enum IoPriority::Class;
  CHECK(parse_io_priority("idle")->order == idle);
  CHECK(parse_io_priority("realtime:0")->order == realtime);
  CHECK(parse_io_priority("realtime:0")->level == 0);
  CHECK(parse_io_priority("7")->order == best_effort);
  CHECK(parse_io_priority("7")->level == 7);
  CHECK(parse_io_priority("best-effort")->level == 4);
  for (const char* text : {"", "8", "-1", "best", "idle:", "idle:9", "4:idle"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_io_priority(text));
  }
}

TEST_CASE("scheduling policies have their usual names") {
  CHECK(parse_policy("batch") == Policy::batch);
  CHECK(parse_policy("rr") == Policy::rr);
  CHECK_FALSE(parse_policy("RR"));
  CHECK_FALSE(parse_policy(""));
}
