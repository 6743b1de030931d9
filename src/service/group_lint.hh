// SPDX-License-Identifier: ISC
// What is wrong with the files of `cgroup/` in a service directory, as far as names and values
// tell without a kernel: `sv lint` prints it. Pure.
#pragma once
#include <string_view>

#include "service/lint.hh"

namespace stoker {

// Of a name there, other than one that begins with a dot.
Fault fault_of_group_name(std::string_view name);
// Of what a file of that name holds; none if the name is at fault.
Fault fault_of_group_value(std::string_view name, std::string_view text);

}  // namespace stoker
