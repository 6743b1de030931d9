// SPDX-License-Identifier: ISC
// The two ends of a filter.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace stoker {

// Standard output, in large writes. When it fails, the program ends with code 111,
// without a word, as filters do.
void put_out(std::string_view text);
void flush_out();

// The next bytes of standard input; empty at its end. What has been put out is flushed
// before it waits. When it fails, the program ends with code 111.
std::string_view read_in();

}  // namespace stoker
