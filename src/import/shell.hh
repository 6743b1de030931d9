// SPDX-License-Identifier: ISC
// Lines for /bin/sh. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stoker::importer {

// The text as one word of the shell, with quotes only if it needs them.
std::string quoted(std::string_view text);

// Words that are quoted already, on one line if it has at most 80 columns, otherwise on several, of
// which the further ones are indented by four. There, a word with `line_start` in front begins one.
constexpr char line_start = '\n';
std::string wrapped(const std::vector<std::string>& words);

// A text as lines of comment.
std::string comment_lines(std::string_view text);

}  // namespace stoker::importer
