// SPDX-License-Identifier: ISC
#include "sv/usage.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

ProcessRow process(pid_t pid, uint64_t start_time, uint64_t cpu) {
  ProcessRow row;
  row.pid = pid;
  row.start_time = start_time;
  row.cpu = cpu;
  row.memory = 4096;
  row.threads = 2;
  return row;
}

}  // namespace

TEST_CASE("a counter that is less than before has begun again") {
  CHECK(growth(100, 130) == 30U);
  CHECK(growth(100, 20) == 20U);
  CHECK(growth({}, 20) == std::nullopt);
  CHECK(growth(20, {}) == std::nullopt);
}

TEST_CASE("half a second of one processor within two seconds is a quarter of it") {
  const Usage usage = usage_of({500'000, 4096, 3, 3000, 0}, 2s);
  CHECK(usage == Usage{250, 4096, 3, 1500, 0});
  CHECK(usage_of({}, 2s) == Usage{});
  CHECK(usage_of({3'999'600, 0, 0, 0, 0}, 1s).cpu == 3999U);
  CHECK(usage_of({1000, {}, {}, {}, {}}, 0s).cpu == 1000U);
}

TEST_CASE("a process has used what it has used since the look before") {
  std::vector<ProcessRow> before = {process(5, 100, 700), process(6, 100, 900)};
  const Counters grown = grown_by(process(6, 100, 1000), before);
  CHECK(grown.cpu == 100U);
  CHECK(grown.memory == 4096U);
  CHECK(grown.tasks == 2U);
  CHECK(grown.read == std::nullopt);
  // A new one, and one that has the pid of another.
  CHECK(grown_by(process(7, 300, 1000), before).cpu == 1000U);
  CHECK(grown_by(process(6, 300, 1000), before).cpu == 1000U);
}

TEST_CASE("io that was not looked at before has grown by nothing") {
  std::vector<ProcessRow> before = {process(5, 100, 700)};
  ProcessRow now = process(5, 100, 700);
  now.read = 5000;
  CHECK(grown_by(now, before).read == 0U);
  before.front().read = 4000;
  CHECK(grown_by(now, before).read == 1000U);
}

TEST_CASE("a sum over processes is unknown if one is, a sum over services is of the others") {
  Counters service{0, 0, 0, 0, 0};
  add_process(service, {1, 2, 3, 4, {}});
  add_process(service, {1, 2, 3, {}, 5});
  CHECK(service.cpu == 2U);
  CHECK(service.memory == 4U);
  CHECK(service.tasks == 6U);
  CHECK(service.read == std::nullopt);
  CHECK(service.written == std::nullopt);
  Usage sum;
  add_known(sum, {1, 2, 3, {}, {}});
  add_known(sum, {1, {}, 3, 7, {}});
  CHECK(sum == Usage{2, 2, 6, 7, std::nullopt});
}

TEST_CASE("io of a control group is summed over its devices") {
  const char* const lines =
      "8:0 rbytes=100 wbytes=7 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=23 wbytes=0\n";
  CHECK(sum_of_devices(lines, "rbytes") == 123U);
  CHECK(sum_of_devices(lines, "wbytes") == 7U);
  CHECK(sum_of_devices("", "rbytes") == std::nullopt);
  CHECK(sum_of_devices("8:0 rbytes\n", "rbytes") == std::nullopt);
}
