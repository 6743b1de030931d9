// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "chain/plan.hh"

namespace stoker {

// Reads chpst's command line; prints the usage, naming `program`, and leaves if it
// is wrong.
Plan read_chpst_options(int argc, char** argv, std::string_view program);

}  // namespace stoker
