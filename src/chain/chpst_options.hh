// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "chain/plan.hh"

namespace stoker {

// Reads chpst's command line; if it is wrong, prints the usage, naming `program`, and exits.
Plan read_chpst_options(int argc, char** argv, std::string_view program);

}  // namespace stoker
