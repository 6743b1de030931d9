// SPDX-License-Identifier: ISC
// How a tool words what old scripts can tell apart: one row for each suite.
#pragma once
#include <string_view>

namespace stoker {

struct LoaderWording {
  std::string_view before_object;  // "unable to run" BEFORE "PROGRAM: reason"
  std::string_view open_lock;
  std::string_view no_groups;  // when setgroups(2) fails
  std::string_view get_limit;  // when getrlimit(2) fails
  std::string_view set_limit;  // when setrlimit(2) fails
  int envdir_usage;            // the exit code of a wrong call of envdir
  bool two_line_usage;         // "usage: X" and an empty line, else "X: usage: X"
  bool lock_waits;             // setlock waits unless told -n; else only if told -n
  bool encore;                 // knows what only daemontools-encore added
};

// clang-format off
// daemontools, with the options that daemontools-encore added to it.
constexpr LoaderWording daemontools_wording = {
    " ", "unable to open", "unable to setgid", "getrlimit failed", "setrlimit failed",
    111, false, true, true};

// chpst, also when it is called by a name of daemontools.
constexpr LoaderWording runit_wording = {
    ": ", "unable to open lock", "unable to setgroups", "unable to getrlimit()",
    "unable to setrlimit()", 100, true, false, false};
// clang-format on

}  // namespace stoker
