// SPDX-License-Identifier: ISC
// The only file that knows which Catch2 this is: version 2 has one header, version 3
// has many. The tests use what both have.
#pragma once

#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER
#define CATCH_CONFIG_ENABLE_PAIR_STRINGMAKER
#define CATCH_CONFIG_ENABLE_TUPLE_STRINGMAKER

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/interfaces/catch_interfaces_capture.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
#ifdef CATCH_CONFIG_RUNNER
#include <catch2/catch_session.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
using TestListener = Catch::EventListenerBase;
#endif
#else
#include <catch2/catch.hpp>
#ifdef CATCH_CONFIG_RUNNER
using TestListener = Catch::TestEventListenerBase;
#endif
#endif

// Leaves the test at once; the reason is shown at the end of `make check`, and the
// test counts as passed. (Version 3 has a SKIP of its own, version 2 has not.)
#undef SKIP
#define SKIP(reason)                                                                      \
  do {                                                                                    \
    stoker::test::report_skipped(Catch::getResultCapture().getCurrentTestName(), reason); \
    return;                                                                               \
  } while (false)

namespace stoker::test {

void report_skipped(const std::string& test, const std::string& reason);

// Runs the tests that the command line asks for. The last line printed is
// "N passed, N failed", counting test cases.
int run_tests(int argc, char** argv);

}  // namespace stoker::test
