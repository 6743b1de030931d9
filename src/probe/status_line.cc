// SPDX-License-Identifier: ISC
#include "probe/status_line.hh"

namespace stoker {

namespace {

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// What must stand there; 0 is a digit.
constexpr char form[] = {'H', 'T', 'T', 'P', '/', 0, '.', 0, ' ', 0, 0, 0};
constexpr int code_at = 9;

}  // namespace

StatusLine::Found StatusLine::take(std::string_view bytes) {
  for (const char byte : bytes) {
    if (++taken_ > most) return Found::not_http;
    const Found found = skips_ ? (skip(byte), Found::unfinished) : take_in_line(byte);
    if (found != Found::unfinished) return found;
  }
  return Found::unfinished;
}

StatusLine::Found StatusLine::take_in_line(char byte) {
  if (at_ == static_cast<int>(sizeof form)) return end_code(byte);
  const char expected = form[at_];
  if (expected == 0 ? !is_digit(byte) : byte != expected) return Found::not_http;
  if (at_ >= code_at) code_ = 10 * code_ + (byte - '0');
  ++at_;
  return Found::unfinished;
}

StatusLine::Found StatusLine::end_code(char byte) {
  if (byte != ' ' && byte != '\r' && byte != '\n') return Found::not_http;
  constexpr int informational = 100;
  if (code_ / 100 != informational / 100) return Found::code;
  skips_ = true;
  empty_line_ = byte == '\n';
  return Found::unfinished;
}

// The answer ends with an empty line.
void StatusLine::skip(char byte) {
  if (byte == '\r') return;
  const bool ends = byte == '\n' && empty_line_;
  empty_line_ = byte == '\n';
  if (!ends) return;
  skips_ = empty_line_ = false;
  at_ = code_ = 0;
}

}  // namespace stoker
