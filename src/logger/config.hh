// SPDX-License-Identifier: ISC
// svlogd's file `config`, line by line. All pure.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace stoker {

// Cuts the next line that is neither empty nor a comment off the text, without a carriage return
// at its end; empty at the end.
std::optional<std::string_view> next_config_line(std::string_view& text);

// How many lines select?
size_t count_rules(std::string_view text);

}  // namespace stoker
