// SPDX-License-Identifier: ISC
// A service's ./check, which tells whether it is available.
#pragma once
#include <sys/types.h>

#include "base/clock.hh"

namespace stoker {

// One check under way, or its result.
struct Check {
  enum class Result : uint8_t { none, passed, refused };
  Result result = Result::none;
  pid_t pid = 0;  // also the number of its process group
  Moment pause = 0s;
};

// Starts the check of the service whose directory is given; passed at once where
// there is none, or, with a warning on standard error, none that can be executed.
void begin_check(Check& check, int service, const char* name);
// What became of it; `status` as wait(2) gives it.
void end_check(Check& check, int status);
// Kills it, and what it has started.
void abandon_check(Check& check);

}  // namespace stoker
