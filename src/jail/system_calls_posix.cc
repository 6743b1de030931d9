// SPDX-License-Identifier: ISC
#include "jail/system_calls.hh"

namespace stoker {

// Only Linux filters calls; elsewhere no name is refused before that is said.
bool add_named_calls(CallSet&, std::string_view name) { return !name.empty(); }

}  // namespace stoker
