// SPDX-License-Identifier: ISC
// Splits a stream into lines of any length, keeping no more of each than its first few
// bytes. Pure.
#pragma once
#include <cstddef>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// Cuts a stream into the prefixes of its lines and the text between them.
class LinePrefixSplitter {
 public:
  static constexpr size_t longest = 32;

  // Prefixes have up to this many bytes; fewer only if the line is shorter.
  explicit LinePrefixSplitter(size_t prefix_size) : prefix_size_(prefix_size) {}

  struct Piece {
    bool is_prefix = false;
    std::string_view text;  // a prefix of an empty line is empty; other pieces never are
  };

  // Cuts the next piece off the input. False when the rest must wait for more input;
  // the input is then used up.
  bool next(std::string_view& input, Piece& piece);

  // At the end of the stream: the last prefix, if it has waited for more.
  bool finish(Piece& piece);

 private:
  size_t prefix_size_;
  bool at_prefix_ = true;
  bool given_ = false;  // has prefix_ been handed out?
  Text<longest> prefix_;
};

}  // namespace stoker
