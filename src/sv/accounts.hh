// SPDX-License-Identifier: ISC
// Which users and groups there are.
#pragma once
#include <string_view>

#include "base/text.hh"

namespace stoker {

// What is unknown of `user[:group...]` as chpst takes it: " names the user …"; empty if nothing is,
// or if other sources than files are in use.
Text<160> fault_of_account(std::string_view text);

// The same, with the contents of the files. Pure.
Text<160> fault_of_account(std::string_view text, std::string_view passwd, std::string_view group);

// Does nsswitch.conf have no other source than files for both? Pure.
bool uses_files_only(std::string_view nsswitch);

}  // namespace stoker
