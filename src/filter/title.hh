// SPDX-License-Identifier: ISC
#pragma once
#include <span>
#include <string_view>

namespace stoker {

constexpr size_t title_dots = 3;  // at its left, in place of what was pushed out
constexpr size_t shortest_title = 5;

// Pushes text into a title from its right end; NULs are left out.
void push_into_title(std::span<char> title, std::string_view text);

}  // namespace stoker
