// SPDX-License-Identifier: ISC
#include "filter/line_prefixer.hh"

#include <algorithm>

namespace stoker {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// The length of the UTF-8 character that the text begins with; 0 if it is none. What is cut
// off at the end is none either.
size_t character_length(std::string_view text) {
  const auto byte = [text](size_t at) { return static_cast<unsigned char>(text[at]); };
  if (byte(0) < 0x80) return 1;
  const size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return 0;
  for (size_t at = 1; at < length; ++at)
    if ((byte(at) & 0xc0) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool overlong = (byte(0) == 0xe0 && second < 0xa0) || (byte(0) == 0xf0 && second < 0x90);
  const bool outside = (byte(0) == 0xed && second > 0x9f) || (byte(0) == 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

// Appends one character of the text as JSON; returns its size in the text.
template <typename Out>
size_t append_json(Out& out, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text.front());
  const size_t length = character_length(text);
  if (byte == '"' || byte == '\\') out.append('\\');
  if (byte < ' ')
    out.append("\\u00", digits[byte >> 4], digits[byte & 15]);
  else if (length == 0)
    out.append(replacement);
  else
    out.append(std::string_view(text.data(), length));
  return std::max<size_t>(length, 1);
}

constexpr std::string_view json_end = "\"}\n", json_partial_end = "\",\"partial\":true}\n";

}  // namespace

void LinePrefixer::begin(std::string_view name, bool json) {
  json_ = json;
  before_.clear();
  constexpr size_t longest_name = 100;
  if (name.size() > longest_name) name = {name.data(), longest_name};
  if (!json) return before_.append("[", name, "] ");
  before_.append("{\"service\":\"");
  while (!name.empty()) name.remove_prefix(append_json(before_, name));
  before_.append("\",\"message\":\"");
}

// Appends the line, or as much of it as fits into a block; returns how much that was.
size_t LinePrefixer::format(std::string_view line, bool whole, Block& into) const {
  into.append(before_.view());
  size_t taken = 0;
  if (!json_) {
    taken = std::min(line.size(), block_size - before_.size() - 1);
    into.append(std::string_view(line.data(), taken), "\n");
    return taken;
  }
  constexpr size_t longest = 6 + json_partial_end.size();  // of an escaped character
  while (taken < line.size() && into.size() + longest <= block_size)
    taken += append_json(into, {line.data() + taken, line.size() - taken});
  into.append(whole && taken == line.size() ? json_end : json_partial_end);
  return taken;
}

void LinePrefixer::append_loss() {
  Text<100> line("dropped ", lost_, lost_ == 1 ? " line" : " lines");
  lost_ = 0;
  format(line, true, block_);
}

std::string_view LinePrefixer::next(bool all) {
  block_.clear();
  while (begin_ < end_) {
    const char* const first = input_ + begin_;
    const char* const last = input_ + end_;
    const char* const newline = std::find(first, last, '\n');
    const bool whole = newline != last;
    const std::string_view line(first, static_cast<size_t>(newline - first));
    if (!whole && !all && line.size() < block_size) break;
    if (lost_ != 0) append_loss();
    Block one;
    const size_t taken = format(line, whole || all, one);
    if (one.size() > block_size - block_.size()) return block_;
    block_.append(one.view());
    begin_ += taken + (whole && taken == line.size() ? 1 : 0);
  }
  if (!block_.empty()) return block_;
  std::copy(input_ + begin_, input_ + end_, input_);
  end_ -= begin_;
  begin_ = 0;
  return {};
}

void LinePrefixer::note_lost(std::string_view block) {
  lost_ += static_cast<uint64_t>(std::count(block.begin(), block.end(), '\n'));
}

}  // namespace stoker
