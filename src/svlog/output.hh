// SPDX-License-Identifier: ISC
// Standard output of the reader: collected, and written in large pieces.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace stoker {

class ReaderOutput {
 public:
  // What it collects in the buffer goes to `write`, which does not come back if it fails.
  constexpr ReaderOutput(std::span<char> buffer, void (*write)(std::string_view))
      : buffer_(buffer), write_(write) {}

  void put(std::string_view text);
  void put(char byte) { put(std::string_view(&byte, 1)); }
  void flush();

 private:
  std::span<char> buffer_;
  void (*write_)(std::string_view);
  size_t used_ = 0;
};

// To standard output. If nobody reads it any more, the program ends with code 0, as
// that is nobody's fault; if it fails otherwise, with a message and code 111.
void write_out(std::string_view text);

}  // namespace stoker
