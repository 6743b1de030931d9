// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// Is one a slip of the pen for the other: a letter that is missing, superfluous, wrong or swapped
// with the next?
bool is_slip(std::string_view one, std::string_view other);

}  // namespace stoker
