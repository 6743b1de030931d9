// SPDX-License-Identifier: ISC
// The small tools, each with two personalities: that of daemontools, and that of chpst called by
// their names. They do not return.
#pragma once
#include "base/options.hh"
#include "base/report.hh"
#include "chain/wording.hh"

namespace stoker {

[[noreturn]] void run_setuidgid(int argc, char** argv, const LoaderWording& wording);
[[noreturn]] void run_envuidgid(int argc, char** argv, const LoaderWording& wording);
[[noreturn]] void run_envdir(int argc, char** argv, const LoaderWording& wording);
[[noreturn]] void run_softlimit(int argc, char** argv, const LoaderWording& wording);
[[noreturn]] void run_setlock(int argc, char** argv, const LoaderWording& wording);
[[noreturn]] void run_pgrphack(int argc, char** argv, const LoaderWording& wording);

// "PROGRAM: illegal option -- x", or a message about a missing value. The usage follows.
void report_bad_option(std::string_view program, const Options& options, char letter);
void report_missing_value(std::string_view program, const Options& options, char letter);

}  // namespace stoker
