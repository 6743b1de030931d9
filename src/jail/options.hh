// SPDX-License-Identifier: ISC
#pragma once
#include "base/options.hh"
#include "jail/jail.hh"

namespace stoker {

// Takes the long option just found. False if there is none of that name; dies of a
// missing or wrong value.
bool read_jail_option(Jail& jail, Options& options);

}  // namespace stoker
