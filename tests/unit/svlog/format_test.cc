// SPDX-License-Identifier: ISC
#include "svlog/format.hh"

#include "catch.hh"
#include "svlog/stamp.hh"

using namespace stoker;

namespace {

std::string written;  // by the output under test

class Shown {
 public:
  explicit Shown(const PrintStyle& style) : printer_(output_, style) { written.clear(); }

  Shown& line(std::string_view text, size_t stamp_size = 0, size_t log = 0, bool whole = true,
              bool continued = false, std::string_view before = {}) {
    constexpr std::string_view names[] = {"web", "database"};
    LogLine line;
    line.text = text;
    line.stamp_size = stamp_size;
    line.time = label_of(1795338830 + second_++, 976189999);
    line.terminated = whole;
    line.continued = continued;
    line.before = before;
    printer_.print(line, {log, names[log]}, {line.time, 1, 7, line.time, names[log]});
    return *this;
  }
  std::string text() {
    printer_.finish();
    output_.flush();
    return written;
  }

 private:
  char buffer_[64];
  ReaderOutput output_{buffer_, [](std::string_view text) { written += text; }};
  LinePrinter printer_;
  int64_t second_ = 0;
};

}  // namespace

TEST_CASE("a line of a single log begins with its time") {
  CHECK(Shown({.utc = true}).line("@stamp hello", 7).line("again").text() ==
        "2026-11-22 09:13:50.976 hello\n2026-11-22 09:13:51.976 again\n");
}

TEST_CASE("lines of several logs have a column of names") {
  CHECK(Shown({.utc = true, .name_width = 8}).line("a").line("b", 0, 1).text() ==
        "2026-11-22 09:13:50.976 web      a\n2026-11-22 09:13:51.976 database b\n");
}

TEST_CASE("each name has its own colour") {
  CHECK(Shown({.utc = true, .color = true, .name_width = 8}).line("a").line("b", 0, 1).text() ==
        "2026-11-22 09:13:50.976 \x1b[36mweb\x1b[0m      a\n"
        "2026-11-22 09:13:51.976 \x1b[33mdatabase\x1b[0m b\n");
}

TEST_CASE("the full form shows time, zone and name") {
  CHECK(Shown({.form = LineForm::full, .utc = true, .name_width = 3}).line("a").text() ==
        "2026-11-22T09:13:50.976189999+00:00 web a\n");
}

TEST_CASE("the raw form is the content of the file") {
  CHECK(Shown({.form = LineForm::raw}).line("@stamp hello", 7).line("").text() ==
        "@stamp hello\n\n");
}

TEST_CASE("JSON output has one object per line") {
  CHECK(Shown({.form = LineForm::json, .utc = true}).line("@stamp a\"\xff\x01", 7).text() ==
        "{\"time\":\"2026-11-22T09:13:50.976189999+00:00\",\"service\":\"web\","
        "\"message\":\"a\\\"\\ufffd\\u0001\","
        "\"cursor\":\"400000006b02b2583a2f7a2f.1.7.400000006b02b2583a2f7a2f.web\"}\n");
}

TEST_CASE("a line that continues in the next file is put together") {
  CHECK(Shown({.utc = true}).line("begin", 0, 0, false).line("end", 0, 0, true, true).text() ==
        "2026-11-22 09:13:50.976 beginend\n");
  CHECK(Shown({.form = LineForm::raw}).line("be", 0, 0, false).line("gin", 0, 0, false).text() ==
        "be\ngin\n");
  CHECK(Shown({.form = LineForm::raw}).line("a", 0, 0, false).line("b", 0, 1, true, true).text() ==
        "a\nb\n");
}

TEST_CASE("control characters do not reach a terminal") {
  const PrintStyle style = {.form = LineForm::raw, .tame = true};
  CHECK(Shown(style).line("a\x1b[2J\tb\r\x7f\xc2\x9b.c").text() == "a?[2J\tb???.c\n");
  CHECK(Shown(style).line("caf\xc3\xa9\xc2\xa0\xc2").text() == "caf\xc3\xa9\xc2\xa0\xc2\n");
}

TEST_CASE("forms have names") {
  CHECK(line_form_from("short") == LineForm::brief);
  CHECK(line_form_from("full") == LineForm::full);
  CHECK(line_form_from("json") == LineForm::json);
  CHECK(line_form_from("raw") == LineForm::raw);
  CHECK_FALSE(line_form_from("Raw"));
}

TEST_CASE("text larger than the buffer is written in full") {
  const std::string large(1000, 'x');
  CHECK(Shown({.form = LineForm::raw}).line("a").line(large).line("b").text() ==
        "a\n" + large + "\nb\n");
}

TEST_CASE("JSON output does not cut a character that two files share") {
  const auto messages = [](std::string_view begin, std::string_view before, std::string_view end) {
    const std::string text = Shown({.form = LineForm::json, .utc = true})
                                 .line(begin, 0, 0, false)
                                 .line(end, 0, 0, true, true, before)
                                 .text();
    std::string found;
    for (size_t at = text.find("message"); at != std::string::npos; at = text.find("message", at)) {
      at += 10;
      found += text.substr(at, text.find('"', at) - at) + "|";
    }
    return found;
  };
  CHECK(messages("a\xc3", "\xc3", "\xa9z") == "a|\xc3\xa9z|");
  CHECK(messages("a\xf0\x9f\x98", "\xf0\x9f\x98", "\x80") == "a|\xf0\x9f\x98\x80|");
  // What turns out to be none is shown as such, in the second part.
  CHECK(messages("a\xe2\x82", "\xe2\x82", "z") == "a|\\ufffd\\ufffdz|");
  CHECK(messages("a\xe2\x82", "\xe2\x82", "") == "a|\\ufffd\\ufffd|");
}
