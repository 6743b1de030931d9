// SPDX-License-Identifier: ISC
// How lines are shown.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "logdir/readable.hh"
#include "svlog/cursor.hh"
#include "svlog/line.hh"
#include "svlog/matcher.hh"
#include "svlog/output.hh"

namespace stoker {

enum class LineForm : uint8_t {
  brief,  // "short": time, name if there are several, message
  full,   // time to the nanosecond with its zone, name, message
  json,
  raw  // as it is in the file
};

std::optional<LineForm> line_form_from(std::string_view word);

struct PrintStyle {
  LineForm form = LineForm::brief;
  bool utc = false;
  bool color = false;
  const LineMatcher* marked = nullptr;  // what matches has a colour, in short and full; lent
  bool tame = false;                    // a terminal reads it: show control characters as `?`
  size_t name_width = 0;                // of the longest name; 0: names are not shown
};

// The log that a line comes from.
struct Speaker {
  size_t log;  // a number that identifies the log
  std::string_view name;
};

// Shows one line after the other.
class LinePrinter {
 public:
  LinePrinter(ReaderOutput& output, const PrintStyle& style) : output_(output), style_(style) {}

  // The cursor is shown in JSON only.
  void print(const LogLine& line, const Speaker& speaker, const Cursor& cursor);

  // At the end: ends a line that has no newline.
  void finish();

 private:
  void print_json(const LogLine& line, const Speaker& speaker, const Cursor& cursor);
  void put_time(const Tai64n& time);
  void put_name(const Speaker& speaker);
  void put_text(std::string_view text);
  void put_marked(std::string_view text);
  void work_out(const Tai64n& time);

  ReaderOutput& output_;
  PrintStyle style_;
  bool open_ = false;  // the last line has not been ended yet
  size_t open_log_ = 0;
  // The last second that was shown, and how.
  bool known_ = false;
  uint64_t second_ = 0;
  TimeText shown_;
};

// The text with each control character but tabs shown as `?`, given piece by piece to
// `sink`. What comes from a log must not command a terminal.
template <typename Sink>
void tame(std::string_view text, Sink sink) {
  // How many bytes the control character there has; 0: it is none.
  const auto control_size = [&text](size_t at) -> size_t {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte < ' ' && byte != '\t') || byte == 127) return 1;
    // U+0080 to U+009F in UTF-8
    const bool high =
        byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    return high ? 2 : 0;
  };
  while (!text.empty()) {
    size_t plain = 0, control = 0;
    while (plain < text.size() && (control = control_size(plain)) == 0) ++plain;
    sink(std::string_view(text.data(), plain));
    if (control > 0) sink(std::string_view("?"));
    text.remove_prefix(plain + control);
  }
}

}  // namespace stoker
