// SPDX-License-Identifier: ISC
// How many columns text takes on a terminal. A table of our own, since wcwidth(3) depends on the
// locale, which programs that scripts read never set.
#pragma once
#include <cstddef>
#include <string_view>

namespace stoker {

// Bytes that are not UTF-8 count as one column.
size_t width(std::string_view text);
// As much of its beginning as fits.
std::string_view cut_to_width(std::string_view text, size_t columns);

}  // namespace stoker
