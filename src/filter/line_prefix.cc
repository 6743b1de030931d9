// SPDX-License-Identifier: ISC
#include "filter/line_prefix.hh"

#include <algorithm>

namespace stoker {

bool LinePrefixSplitter::next(std::string_view& input, Piece& piece) {
  if (input.empty()) return false;
  const size_t line = std::min(input.find('\n'), input.size());
  if (!at_prefix_) {
    // The newline belongs to what is between prefixes.
    const size_t size = std::min(line + 1, input.size());
    piece = {false, {input.data(), size}};
    at_prefix_ = input[size - 1] == '\n';
    input.remove_prefix(size);
    return true;
  }
  if (given_) prefix_.clear();
  given_ = false;
  const size_t missing = prefix_size_ - prefix_.size();
  const size_t size = std::min(line, missing);
  const bool complete = size == missing || line < input.size();
  if (prefix_.empty() && complete) {
    piece = {true, {input.data(), size}};  // the usual case needs no copy
  } else {
    prefix_.append(std::string_view(input.data(), size));
    piece = {true, prefix_.view()};
  }
  input.remove_prefix(size);
  given_ = complete;
  at_prefix_ = !complete;
  return complete;
}

bool LinePrefixSplitter::finish(Piece& piece) {
  if (!at_prefix_ || given_ || prefix_.empty()) return false;
  piece = {true, prefix_.view()};
  given_ = true;
  return true;
}

}  // namespace stoker
