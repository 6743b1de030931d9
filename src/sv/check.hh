// SPDX-License-Identifier: ISC
// A service's ./check, which tests whether it is available.
#pragma once
#include <sys/types.h>

#include "base/clock.hh"

namespace stoker {

// A running check, or its result.
struct Check {
  enum class Result : uint8_t { none, passed, refused };
  Result result = Result::none;
  pid_t pid = 0;  // also the number of its process group
  Moment pause = 0s;
};

// Starts the check of the service whose directory is given. If it does not exist, or cannot be
// executed, which causes a warning, it has passed.
void begin_check(Check& check, int service, const char* name);
// Notes its wait status, and kills what it has left in its process group.
void end_check(Check& check, int status);
// Kills it and its process group.
void abandon_check(Check& check);

}  // namespace stoker
