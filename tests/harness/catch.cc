// SPDX-License-Identifier: ISC
// The one file in which Catch2 itself is compiled, because that is slow.
#define CATCH_CONFIG_RUNNER
#include "catch.hh"

#include <algorithm>
#include <cstdio>

namespace {

// tests/harness/tally adds up the line that this prints.
struct Tally : TestListener {
  using TestListener::TestListener;
  void testRunEnded(const Catch::TestRunStats& stats) override {
    const auto& cases = stats.totals.testCases;
    passed = cases.passed + cases.failedButOk;
    failed = cases.failed;
  }
  static inline unsigned long long passed = 0, failed = 0;
};
CATCH_REGISTER_LISTENER(Tally)

}  // namespace

void stoker::test::report_skipped(const std::string& test, const std::string& reason) {
  std::string line = "skipped: " + reason + ": " + test;
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

int stoker::test::run_tests(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  std::printf("%llu passed, %llu failed\n", Tally::passed, Tally::failed);
  std::fflush(stdout);
  return result;
}
