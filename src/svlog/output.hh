// SPDX-License-Identifier: ISC
// Standard output of the reader, written in large pieces.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace stoker {

class ReaderOutput {
 public:
  // What it collects in the buffer goes to `write`, which does not return if it fails.
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

// Puts the lines of the text, each of which ends with a newline, with the last one first.
void put_reversed(std::string_view text, ReaderOutput& output);

// Writes to standard output. If there is no reader left, which is no error, the program
// exits 0; if writing fails otherwise, it dies with code 111.
void write_out(std::string_view text);

}  // namespace stoker
