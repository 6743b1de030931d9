// SPDX-License-Identifier: ISC
// Puts a name in front of lines, in blocks that a pipe takes in one piece. Pure.
#pragma once
#include <climits>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/text.hh"

namespace stoker {

class LinePrefixer {
 public:
  // What is written at once stays together, among others that write to the same pipe.
  static constexpr size_t block_size = PIPE_BUF;

  // Each line begins with `[NAME] `, or is a JSON object.
  void begin(std::string_view name, bool json);

  // Where to put input, and how much of it was put there.
  std::span<char> room() { return std::span(input_).subspan(end_); }
  void took(size_t count) { end_ += count; }

  // The next block of whole lines; empty when there is none. A line that does not fit into a
  // block is broken; with `all`, what has no newline yet counts as a line.
  std::string_view next(bool all);

  // A block could not be written: the next one reports how many lines were lost.
  void note_lost(std::string_view block);

 private:
  using Block = Text<block_size>;
  size_t format(std::string_view line, bool whole, Block& into) const;
  void append_loss();

  Text<300> before_;  // each line
  bool json_ = false;
  uint64_t lost_ = 0;
  size_t begin_ = 0, end_ = 0;
  char input_[4 * block_size] = {};
  Block block_;
};

}  // namespace stoker
