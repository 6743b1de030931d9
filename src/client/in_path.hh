// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// Is there an executable file of that name in a directory of PATH, or of the usual ones?
bool is_in_path(std::string_view program);

}  // namespace stoker
