// SPDX-License-Identifier: ISC
#pragma once
#include "base/options.hh"
#include "chain/plan.hh"

namespace stoker {

// Reads the current long option and its value. False if it is unknown; dies if its value is missing
// or invalid.
bool read_long_option(Plan& plan, Options& options);

// Dies if options contradict each other.
void check_long_options(const Plan& plan);

}  // namespace stoker
