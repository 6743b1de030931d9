// SPDX-License-Identifier: ISC
// Values that systemd does not accept. Pure.
#pragma once
#include <string>
#include <string_view>

namespace stoker::importer {

// What is wrong with the value of a directive, which is not empty and has no specifiers left; empty
// if it is right, or not known to be wrong.
std::string fault_of_value(std::string_view key, std::string_view value);

}  // namespace stoker::importer
