// SPDX-License-Identifier: ISC
#pragma once
#include "base/options.hh"
#include "jail/jail.hh"

namespace stoker {

// Reads the current long option. False if it is unknown; dies if its value is missing or invalid.
bool read_jail_option(Jail& jail, Options& options);

}  // namespace stoker
