// SPDX-License-Identifier: ISC
#include "svlog/format.hh"

#include <algorithm>

#include "base/json.hh"
#include "base/width.hh"

namespace stoker {

namespace {

constexpr size_t brief_digits = 3, full_digits = 9;
constexpr size_t longest_character = 4;  // in UTF-8

// Colours that can be read on a dark and on a bright background.
constexpr std::string_view colors[] = {"\x1b[36m", "\x1b[33m", "\x1b[32m",
                                       "\x1b[35m", "\x1b[34m", "\x1b[31m"};
constexpr std::string_view match_color = "\x1b[1;31m";
constexpr std::string_view no_color = "\x1b[0m";

struct FormName {
  std::string_view word;
  LineForm form;
};
constexpr FormName forms[] = {{"short", LineForm::brief},
                              {"full", LineForm::full},
                              {"json", LineForm::json},
                              {"raw", LineForm::raw}};

}  // namespace

std::optional<LineForm> line_form_from(std::string_view word) {
  for (const auto& [known, form] : forms)
    if (known == word) return form;
  return {};
}

// The text up to the seconds and, in the full form, the zone behind them, are worked out
// once a second.
void LinePrinter::work_out(const Tai64n& time) {
  if (known_ && time.seconds == second_) return;
  known_ = true;
  second_ = time.seconds;
  const int64_t seconds = seconds_since_1970(time);
  const auto local = style_.utc ? std::nullopt : local_time(seconds);
  const ZonedTime zoned = local ? *local : utc_time(seconds);
  shown_ = style_.form == LineForm::brief ? plain_time(zoned, 0) : iso_time(zoned, 0);
}

void LinePrinter::put_time(const Tai64n& time) {
  work_out(time);
  // A year of five digits makes it longer.
  const std::string_view shown = shown_;
  const size_t dot = std::min(shown.find('.'), shown.size());
  const size_t behind = std::min(dot + 1 + full_digits, shown.size());
  char fraction[full_digits];
  uint32_t rest = time.nanoseconds;
  for (size_t at = full_digits; at-- > 0; rest /= 10)
    fraction[at] = static_cast<char>('0' + rest % 10);
  output_.put(std::string_view(shown.data(), dot));
  output_.put('.');
  const bool brief = style_.form == LineForm::brief;
  output_.put(std::string_view(fraction, brief ? brief_digits : full_digits));
  if (!brief) output_.put(std::string_view(shown.data() + behind, shown.size() - behind));
}

void LinePrinter::put_text(std::string_view text) {
  if (!style_.tame) return output_.put(text);
  tame(text, [this](std::string_view piece) { output_.put(piece); });
}

void LinePrinter::put_marked(std::string_view text) {
  size_t at = 0;
  while (const auto match = style_.marked->find(text, at)) {
    put_text({text.data() + at, match->begin - at});
    output_.put(match_color);
    put_text({text.data() + match->begin, match->end - match->begin});
    output_.put(no_color);
    at = match->end;
  }
  put_text({text.data() + at, text.size() - at});
}

void LinePrinter::put_name(const Speaker& speaker) {
  if (style_.color) output_.put(colors[speaker.log % std::size(colors)]);
  put_text(speaker.name);
  if (style_.color) output_.put(no_color);
  for (size_t size = width(speaker.name); size < style_.name_width; ++size) output_.put(' ');
  output_.put(' ');
}

void LinePrinter::print(const LogLine& line, const Speaker& speaker, const Cursor& cursor) {
  if (style_.form == LineForm::json) return print_json(line, speaker, cursor);
  const bool goes_on = open_ && line.continued && speaker.log == open_log_;
  if (open_ && !goes_on) output_.put('\n');
  if (!goes_on && style_.form != LineForm::raw) {
    put_time(line.time);
    output_.put(' ');
    if (style_.name_width > 0) put_name(speaker);
  }
  const bool raw = style_.form == LineForm::raw;
  if (style_.marked != nullptr && !raw)
    put_marked(line.message());
  else
    put_text(raw ? line.text : line.message());
  open_ = !line.terminated;
  open_log_ = speaker.log;
  if (line.terminated) output_.put('\n');
}

void LinePrinter::print_json(const LogLine& line, const Speaker& speaker, const Cursor& cursor) {
  const auto escape = [this](std::string_view text) {
    escape_json(text, [this](std::string_view piece) { output_.put(piece); });
  };
  std::string_view message = line.message();
  // A character that two files share is shown with its end.
  if (!line.terminated) message.remove_suffix(unfinished_character(message).size());
  output_.put("{\"time\":\"");
  put_time(line.time);
  output_.put("\",\"service\":\"");
  escape(speaker.name);
  output_.put("\",\"message\":\"");
  if (const size_t before = line.before.size(); before != 0) {
    const size_t more = std::min(message.size(), longest_character - before);
    const Text<longest_character> joined(line.before, std::string_view(message.data(), more));
    const size_t size = std::max(character_size(joined), before);
    escape({joined.c_str(), size});
    message.remove_prefix(size - before);
  }
  escape(message);
  output_.put("\",\"cursor\":\"");
  escape(cursor_text(cursor));
  output_.put("\"}\n");
}

void LinePrinter::finish() {
  if (open_) output_.put('\n');
  open_ = false;
}

}  // namespace stoker
