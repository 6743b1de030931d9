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

}  // namespace stoker
