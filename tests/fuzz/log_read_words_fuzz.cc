// SPDX-License-Identifier: ISC
// What svlog makes of single words and lines: stamps, times, cursors, expressions, JSON.
#include <regex.h>

#include "base/json.hh"
#include "fuzz.hh"
#include "svlog/cursor.hh"
#include "svlog/format.hh"
#include "svlog/pattern.hh"
#include "svlog/time.hh"
#include "svlog/unpack.hh"

using namespace stoker;

namespace {

void try_stamp(std::string_view text) {
  const LineStamp stamp = stamp_of(text);
  expect(stamp.size <= text.size(), "a stamp is part of its line");
  expect(stamp.time.nanoseconds < 1000000000, "nanoseconds are less than a second");
  if (stamp.size == 0) return;
  const LineStamp again = stamp_of({text.data(), stamp.size});
  expect(again.time == stamp.time && again.size == stamp.size, "what follows is ignored");
}

void try_time(std::string_view text) {
  const auto word = parse_time_word(text);
  if (!word) return;
  const Tai64n now = label_of(1795338830, 5);
  const Tai64n time = resolve(*word, now, utc_clocks);
  static_cast<void>(resolve(*word, now, local_clocks));
  if (word->kind != TimeWord::Kind::label)
    expect(time.nanoseconds < 1000000000, "nanoseconds are less than a second");
}

void try_cursor(std::string_view text) {
  const auto cursor = parse_cursor(text);
  if (!cursor || text.size() > 255) return;
  expect(parse_cursor(cursor_text(*cursor)) == cursor, "a cursor can be written down");
}

// The first line is an expression, the rest a line to be matched.
void try_needle(std::string_view text) {
  const std::string expression(text.substr(0, text.find('\n')));
  const std::string line(text.substr(std::min(text.size(), expression.size() + 1)));
  // The C library takes time and memory for some; that is not what is asked here.
  if (expression.size() > 40 || expression.find('{') != std::string::npos) return;
  if (expression.find('\0') != std::string::npos || line.find('\0') != std::string::npos) return;
  regex_t compiled;
  if (regcomp(&compiled, expression.c_str(), REG_EXTENDED) != 0) return;
  const bool matches = regexec(&compiled, line.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  const Needle needle = needle_of(expression);
  const bool there = line.find(needle.text.view()) != std::string::npos;
  expect(!matches || there, "what matches contains the needle");
  if (needle.whole) expect(matches == there, "the needle is the whole of it");
}

void try_text(std::string_view text) {
  std::string json, tamed;
  escape_json(text, [&json](std::string_view piece) { json += piece; });
  for (size_t at = 0; at < json.size();) {
    const size_t size = character_size(std::string_view(json).substr(at));
    expect(size > 0, "JSON is UTF-8");
    expect(static_cast<unsigned char>(json[at]) >= ' ', "JSON has no control characters");
    at += size;
  }
  tame(text, [&tamed](std::string_view piece) { tamed += piece; });
  expect(tamed.size() <= text.size(), "taming adds nothing");
  expect(tamed.find('\x1b') == std::string::npos, "nothing commands a terminal");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {"@400000006b02b25818ba0a6c one",
          "2026-11-22_09:13:50.97618 one",
          "2026-11-22T10:13:50.5+01:00 one",
          "2026-11-22 09:13:50.976189000  one",
          "1795338830.976189 one",
          "yesterday 10:00",
          "-1h30min",
          "2 weeks ago",
          "@1795338830.5",
          "400000006b02b25800000005.2.18446744073709551615.400000006b02b25900000006.web.a",
          "^a(b|c)*d+[[:alpha:]]?e$\nabcdxe",
          "one [0-9]+ two\\.\none 5 two.",
          "caf\xc3\xa9 \x1b[2J\xff \"quoted\\\"",
          "\x1f\x8b\x08"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  try_stamp(text);
  try_time(text);
  try_cursor(text);
  try_needle(text);
  try_text(text);
  static_cast<void>(unpacker_for(text));
  static_cast<void>(line_form_from(text));
  return 0;
}
