// SPDX-License-Identifier: ISC
#include "filter/heads.hh"

#include <algorithm>

namespace stoker {

bool HeadSplitter::next(std::string_view& input, Piece& piece) {
  if (input.empty()) return false;
  const size_t line = std::min(input.find('\n'), input.size());
  if (!at_head_) {
    // The newline belongs to what is between heads.
    const size_t size = std::min(line + 1, input.size());
    piece = {false, {input.data(), size}};
    at_head_ = input[size - 1] == '\n';
    input.remove_prefix(size);
    return true;
  }
  if (given_) head_.clear();
  given_ = false;
  const size_t missing = head_size_ - head_.size();
  const size_t size = std::min(line, missing);
  const bool complete = size == missing || line < input.size();
  if (head_.empty() && complete) {
    piece = {true, {input.data(), size}};  // the usual case needs no copy
  } else {
    head_.append(std::string_view(input.data(), size));
    piece = {true, head_.view()};
  }
  input.remove_prefix(size);
  given_ = complete;
  at_head_ = !complete;
  return complete;
}

bool HeadSplitter::finish(Piece& piece) {
  if (!at_head_ || given_ || head_.empty()) return false;
  piece = {true, head_.view()};
  given_ = true;
  return true;
}

}  // namespace stoker
