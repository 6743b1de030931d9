// SPDX-License-Identifier: ISC
#pragma once
#include "base/options.hh"
#include "chain/plan.hh"

namespace stoker {

// Takes the long option that `options` has just found, with its value. False if
// there is no such option; dies if its value is missing or wrong.
bool read_long_option(Plan& plan, Options& options);

// Dies if what was asked for does not go together.
void check_long_options(const Plan& plan);

}  // namespace stoker
