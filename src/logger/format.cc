// SPDX-License-Identifier: ISC
#include "logger/format.hh"

#include <algorithm>
#include <cstring>

#include "base/text.hh"

namespace stoker {

namespace {

std::string_view without_newline(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  return line;
}

// At least a block of bytes. The last block may lie over the one before it.
template <size_t block>
void put_blocks(std::string_view text, char* at) {
  const size_t last = text.size() - block;
  for (size_t from = 0; from < last; from += block) memcpy(at + from, text.data() + from, block);
  memcpy(at + last, text.data() + last, block);
}

// Most texts here are short; for those, some C libraries' memcpy takes longer to start than to
// copy.
char* put_text(std::string_view text, char* at) {
  const size_t size = text.size();
  if (size < 4 || size >= 512) return std::copy_n(text.data(), size, at);
  size < 16 ? put_blocks<4>(text, at) : put_blocks<16>(text, at);
  return at + size;
}

}  // namespace

std::string_view cut_line(std::string_view& text) {
  const size_t newline = text.find('\n');
  const size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
  const std::string_view line(text.data(), size);
  text.remove_prefix(size);
  return line;
}

void Formatter::set_style(const LineStyle& style) {
  style_ = style;
  stamper_ = Stamper(style.stamp);
  rate_.set(style.rate);
}

void Formatter::set_announce(Announce callback, void* context) {
  announce_ = callback;
  context_ = context;
}

void Formatter::begin(const Batch& batch) {
  batch_ = batch;
  left_ = batch.text;
  time_ = batch.first;
  first_ = true;
  piece_ = count_ = size_ = 0;
  if (batch.notices_only) report_suppressed();
}

void Formatter::add_piece(std::string_view piece) {
  if (piece.empty()) return;
  pieces_[count_++] = piece;
  size_ += piece.size();
}

void Formatter::advance_time() {
  // What was left over from before was seen earlier than what has come with this batch.
  if (first_ && time_ < batch_.rest)
    time_ = batch_.rest;
  else
    time_ = later_by(time_, 1);
}

void Formatter::announce(std::string_view text, const Verdict& verdict) {
  LineStart start{stamper_.stamp(time_), style_.prefix, text, false, verdict, time_};
  if (text.size() >= style_.head) {
    start.head = {text.data(), style_.head};
    start.clipped = true;
  }
  const char* const trouble = announce_(context_, start);
  if (trouble == nullptr) return;
  add_piece(trouble);
  add_piece(start.stamp);
  add_piece(start.prefix);
  add_piece(start.head);
  add_piece(start.clipped ? "...\n" : "\n");
}

Verdict Formatter::judge_line(std::string_view text) {
  if (style_.rules.empty()) return {};
  const std::string_view head(text.data(), std::min(text.size(), style_.head));
  if (!style_.rules_see_stamp) return judge(style_.rules, head);
  return judge(style_.rules, Text<longest_stamped_head>(stamper_.stamp(time_), head));
}

void Formatter::report_suppressed() {
  if (rate_.suppressed() == 0) return;
  const bool one = rate_.suppressed() == 1;
  const Text<48> said("suppressed ", rate_.suppressed(), one ? " line" : " lines");
  notice_.clear();
  decorate(notice_, said);
  rate_.reported();
  if (style_.to_file) add_piece(notice_);
}

bool Formatter::admits() {
  if (rate_.opens_window(time_)) report_suppressed();
  return rate_.admit(time_);
}

void Formatter::start_line(std::string_view text) {
  const Verdict verdict = judge_line(text);
  chosen_ = verdict.selected && style_.to_file;
  if (verdict.selected && style_.rate != 0 && !admits()) {
    chosen_ = false;
    return;
  }
  if (announce_ != nullptr) announce(text, verdict);
  if (!chosen_) return;
  add_piece(stamper_.stamp(time_));
  add_piece(style_.prefix);
}

void Formatter::next_line() {
  piece_ = count_ = size_ = 0;
  const bool rest_of_line = first_ && batch_.continues;
  const std::string_view line = cut_line(left_);
  if (!rest_of_line) start_line(without_newline(line));
  if (chosen_) {
    add_piece(line);
    const bool has_newline = !line.empty() && line.back() == '\n';
    if (!has_newline && batch_.ends) add_piece("\n");
  }
  advance_time();
  first_ = false;
}

// Puts what fits of the line. True when all of it is in.
bool Formatter::put(OutputBuffer& output, uint64_t room) {
  room = std::min<uint64_t>(room, output.free());
  for (; piece_ < count_; ++piece_) {
    std::string_view& piece = pieces_[piece_];
    const auto fits = static_cast<size_t>(std::min<uint64_t>(room, piece.size()));
    memcpy(output.data + output.end, piece.data(), fits);
    output.end += fits;
    size_ -= fits;
    room -= fits;
    piece.remove_prefix(fits);
    if (!piece.empty()) return false;
  }
  return true;
}

// The short way for most lines: those that are whole, fit, and go nowhere else. True
// when the file is full.
bool Formatter::put_whole_lines(OutputBuffer& output, uint64_t room, uint64_t left) {
  const bool piece_first = first_ && batch_.continues;
  if (announce_ != nullptr || !style_.to_file || style_.rate != 0 || piece_first) return false;
  char* at = output.data + output.end;
  const char* const last = at + std::min<uint64_t>(room, output.free());
  const char* const full = left < output.free() ? at + left : last + 1;
  bool is_full = false;
  while (!left_.empty() && !is_full) {
    const auto* const newline = static_cast<const char*>(memchr(left_.data(), '\n', left_.size()));
    if (newline == nullptr) break;
    const std::string_view line(left_.data(), static_cast<size_t>(newline + 1 - left_.data()));
    const std::string_view stamp = stamper_.stamp(time_);
    const size_t size = stamp.size() + style_.prefix.size() + line.size();
    if (size > static_cast<size_t>(last - at)) break;
    if (judge_line(without_newline(line)).selected) {
      at = put_text(style_.prefix, put_text(stamp, at));
      at = put_text(line, at);
      is_full = at >= full;
    }
    left_.remove_prefix(line.size());
    advance_time();
    first_ = false;
  }
  output.end = static_cast<size_t>(at - output.data);
  return is_full;
}

bool Formatter::changes_nothing() const {
  return announce_ == nullptr && style_.to_file && style_.rate == 0 && style_.rules.empty() &&
         style_.prefix.empty() && style_.stamp == StampForm::none;
}

// The shortest way, for lines that stay as they are: all at once. Returns how many bytes.
size_t Formatter::put_as_they_are(OutputBuffer& output, uint64_t room, uint64_t left) {
  const auto most =
      static_cast<size_t>(std::min<uint64_t>(room, std::min(left_.size(), output.free())));
  if (most == 0 || !changes_nothing() || (first_ && batch_.continues)) return 0;
  // To the first end of a line at which the file has enough, or to the last there is.
  const size_t newline =
      left < most ? left_.find('\n', std::max<size_t>(left, 1) - 1) : left_.rfind('\n', most - 1);
  if (newline == std::string_view::npos || newline >= most) return 0;
  const size_t size = newline + 1;
  std::copy_n(left_.data(), size, output.data + output.end);
  output.end += size;
  left_.remove_prefix(size);
  time_ = std::max(time_, batch_.rest);
  first_ = false;
  return size;
}

Formatter::Stop Formatter::fill(OutputBuffer& output, uint64_t size, const LogLimits& limits) {
  for (;;) {
    const uint64_t before = size + output.pending().size();
    const uint64_t room = room_in(limits, before), left = left_in(limits, before);
    if (size_ != 0) {
      const size_t unfinished = size_;
      if (!put(output, room)) return output.free() == 0 ? Stop::output_full : Stop::file_full;
      const bool at_line_end = !left_.empty() || batch_.ends;
      if (at_line_end && unfinished >= left) return Stop::file_full;
    } else if (const size_t done = put_as_they_are(output, room, left); done != 0) {
      if (done >= left) return Stop::file_full;
    } else if (put_whole_lines(output, room, left)) {
      return Stop::file_full;
    } else if (finished()) {
      return Stop::batch_done;
    } else {
      next_line();
    }
  }
}

ByteTable make_replacements(char with, std::string_view also) {
  ByteTable table{};
  for (size_t byte = 0; byte < table.size(); ++byte) {
    const bool printable = byte >= 32 && byte <= 126;
    table[byte] = printable ? static_cast<char>(byte) : with;
  }
  for (const char byte : also) table[static_cast<unsigned char>(byte)] = with;
  table['\n'] = '\n';
  return table;
}

void replace_bytes(std::span<char> text, const ByteTable& table) {
  for (char& byte : text) byte = table[static_cast<unsigned char>(byte)];
}

}  // namespace stoker
