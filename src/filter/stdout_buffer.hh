// SPDX-License-Identifier: ISC
// The two ends of a filter.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace stoker {

// Writes to standard output in large pieces. If that fails, the program exits 111 without a
// message, as filters do.
void put_out(std::string_view text);
void flush_out();

// The next bytes of standard input; empty at its end. Buffered output is flushed before it
// waits. If reading fails, the program exits 111.
std::string_view read_in();

}  // namespace stoker
