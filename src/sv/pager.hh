// SPDX-License-Identifier: ISC
// Long output on a terminal is shown by the pager of the user, as git does it.
#pragma once
#include <span>
#include <string_view>

namespace stoker {

// Do these arguments of svlog make it follow a log, so that there is no end to be paged? Pure.
bool follows_log(std::span<char* const> words);

// $PAGER, else less or more where they are in PATH. Null: standard output is no terminal, or
// nothing is to page it.
const char* find_pager();

// Runs a program, with its output to the pager, and waits for both. Its exit code, 0 if it ended
// since the pager did, or 111 after a message.
int run_paged(const char* pager, const char* const* argv);

}  // namespace stoker
