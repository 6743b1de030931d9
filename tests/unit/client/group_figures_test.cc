// SPDX-License-Identifier: ISC
#include "client/group_figures.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a size has at most three digits and a unit") {
  CHECK(size_text(0).view() == "0K");
  CHECK(size_text(1024).view() == "1K");
  CHECK(size_text(1536).view() == "1.5K");
  CHECK(size_text(10 * 1024 + 512).view() == "10K");
  CHECK(size_text(1023 * 1024).view() == "1023K");
  CHECK(size_text(1024 * 1024).view() == "1M");
  CHECK(size_text(uint64_t{5} << 30).view() == "5G");
  CHECK(size_text(UINT64_MAX).view() == "15E");
}

TEST_CASE("what a group uses is one line, with its limits") {
  GroupFigures figures;
  CHECK(group_text(figures).empty());
  figures.tasks = 1;
  CHECK(group_text(figures).view() == "1 task");
  figures.tasks_max = 10;
  CHECK(group_text(figures).view() == "1 of 10 tasks");
  figures.cpu = 1250000;
  figures.memory = 12 << 20;
  CHECK(group_text(figures).view() == "memory 12M, cpu 1.25 s, 1 of 10 tasks");
  figures.memory_max = 64 << 20;
  CHECK(group_text(figures).view() == "memory 12M of 64M, cpu 1.25 s, 1 of 10 tasks");
}

TEST_CASE("pressure is the share of the last ten seconds") {
  CHECK(parse_pressure("some avg10=1.25 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00") == 125);
  CHECK(parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n") == 0);
  CHECK(parse_pressure("some avg10=100.00 avg60=0.00\n") == 10000);
  for (const char* const text : {"", "some", "full avg10=1.00", "some avg10=1", "some avg10=x.yz"})
    CHECK(!parse_pressure(text));
}
