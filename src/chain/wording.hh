// SPDX-License-Identifier: ISC
// Differences between suites that scripts depend on: one row per suite.
#pragma once
#include <string_view>

namespace stoker {

struct LoaderWording {
  std::string_view before_object;  // "unable to run" BEFORE "PROGRAM: reason"
  std::string_view open_lock;
  std::string_view no_groups;  // when setgroups(2) fails
  std::string_view get_limit;  // when getrlimit(2) fails
  std::string_view set_limit;  // when setrlimit(2) fails
  int envdir_usage;            // exit code of envdir's usage error
  bool two_line_usage;         // "usage: X" and an empty line, else "X: usage: X"
  bool lock_waits;             // setlock waits unless -n is given; else only if it is
  bool encore;                 // has the options of daemontools-encore
};

// clang-format off
// daemontools, with the options that daemontools-encore added to it.
constexpr LoaderWording daemontools_wording = {
    " ", "unable to open", "unable to setgid", "getrlimit failed", "setrlimit failed",
    111, false, true, true};

// chpst, also when called by a name of daemontools.
constexpr LoaderWording runit_wording = {
    ": ", "unable to open lock", "unable to setgroups", "unable to getrlimit()",
    "unable to setrlimit()", 100, true, false, false};
// clang-format on

}  // namespace stoker
