// SPDX-License-Identifier: ISC
#pragma once
#include "base/options.hh"
#include "jail/jail.hh"

namespace stoker {

// Reads all options. False if one is unknown; dies if a value is missing or invalid.
void read_jail_options(Jail& jail, Options& options);

}  // namespace stoker
