// SPDX-License-Identifier: ISC
// Lines in a stream, of any length and cut anywhere, without memory for more than
// their first few bytes. Pure.
#pragma once
#include <cstddef>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// Cuts a stream into the heads of its lines and all that is between them.
class HeadSplitter {
 public:
  static constexpr size_t longest = 32;

  // Heads have up to so many bytes; less only if the line is shorter.
  explicit HeadSplitter(size_t head_size) : head_size_(head_size) {}

  struct Piece {
    bool is_head = false;
    std::string_view text;  // a head of an empty line is empty; other pieces never are
  };

  // Cuts the next piece off the input. False when the rest must wait for more input;
  // the input is then used up.
  bool next(std::string_view& input, Piece& piece);

  // At the end of the stream: the last head, if it has waited for more.
  bool finish(Piece& piece);

 private:
  size_t head_size_;
  bool at_head_ = true;
  bool given_ = false;  // has head_ been handed out?
  Text<longest> head_;
};

}  // namespace stoker
