// SPDX-License-Identifier: ISC
#include "logger/format.hh"

#include <memory>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Stop = Formatter::Stop;

constexpr Tai64n noon{Tai64n::epoch + 43200, 0};

// Formats batches and keeps the content of the files, one string per file.
class Desk {
 public:
  explicit Desk(const LineStyle& style = {}) { formatter_.set_style(style); }

  void announce_by(Announce announce) { formatter_.set_announce(announce, this); }

  void take(std::string_view text, bool ends = true, bool continues = false) {
    Batch batch;
    batch.text = text;
    batch.first = first.value_or(noon);
    batch.rest = noon;
    batch.ends = ends;
    batch.continues = continues;
    formatter_.begin(batch);
    for (int turns = 0; turns < 1000; ++turns) {
      const Stop stop = formatter_.fill(*output_, files.back().size(), limits);
      files.back() += output_->pending();
      output_->begin = output_->end = 0;
      if (stop == Stop::file_full) files.emplace_back();
      if (stop == Stop::output_full) ++outputs;
      if (stop == Stop::batch_done) return;
    }
    FAIL("the formatter does not get on");
  }

  std::string all() const {
    std::string text;
    for (const std::string& file : files) text += file;
    return text;
  }

  LogLimits limits{.size = 0};
  std::optional<Tai64n> first;
  std::vector<std::string> files{std::string()};
  std::vector<std::string> announced;
  int outputs = 0;

 private:
  Formatter formatter_;
  std::unique_ptr<OutputBuffer> output_ = std::make_unique<OutputBuffer>();
};

const char* note(void* desk, const LineStart& line) {
  static_cast<Desk*>(desk)->announced.push_back(
      std::string(line.stamp) + std::string(line.prefix) + std::string(line.head) +
      (line.clipped ? "..." : "") + (line.verdict.selected ? "+" : "-") +
      (line.verdict.alert ? "e" : "E"));
  return nullptr;
}

const char* fail(void* desk, const LineStart& line) {
  note(desk, line);
  return "trouble: ";
}

using Files = std::vector<std::string>;

}  // namespace

TEST_CASE("lines without stamp or prefix pass unchanged") {
  Desk desk;
  desk.take("one\ntwo\n\nfour\n");
  CHECK(desk.all() == "one\ntwo\n\nfour\n");
}

TEST_CASE("a last line that ends without a newline gets one") {
  Desk desk;
  desk.take("one\ntwo");
  CHECK(desk.all() == "one\ntwo\n");
}

TEST_CASE("each line gets a stamp and the prefix") {
  Desk desk({.stamp = StampForm::utc, .prefix = "web: "});
  desk.take("one\ntwo\n");
  CHECK(desk.all() == "1970-01-01_12:00:00.00000 web: one\n1970-01-01_12:00:00.00000 web: two\n");
}

TEST_CASE("lines read at once are a nanosecond apart") {
  Desk desk({.stamp = StampForm::tai64n});
  desk.take("a\nb\nc\n");
  CHECK(desk.all() ==
        "@400000000000a8ca00000000 a\n@400000000000a8ca00000001 b\n@400000000000a8ca00000002 c\n");
}

TEST_CASE("a line that began earlier has the stamp of its start") {
  Desk desk({.stamp = StampForm::utc});
  desk.first = Tai64n{noon.seconds - 2, 0};
  desk.take("a\nb\n");
  CHECK(desk.all() == "1970-01-01_11:59:58.00000 a\n1970-01-01_12:00:00.00000 b\n");
}

TEST_CASE("a deselected line is omitted but uses its nanosecond") {
  const SelectRule rules[] = {{'-', "b*"}};
  Desk desk({.stamp = StampForm::tai64n, .rules = rules});
  desk.take("a\nbb\nc\n");
  CHECK(desk.all() == "@400000000000a8ca00000000 a\n@400000000000a8ca00000002 c\n");
}

TEST_CASE("rules match the start of a line, without stamp and prefix") {
  const SelectRule rules[] = {{'-', "*"}, {'+', "abcde"}};
  Desk desk({.prefix = "p", .rules = rules, .head = 5});
  desk.take("abcdefgh\nabcd\n");
  CHECK(desk.all() == "pabcdefgh\n");
}

TEST_CASE("rules may see the stamp, as multilog's do") {
  const SelectRule rules[] = {{'-', "*", PatternKind::stars},
                              {'+', "@400000000000a8ca0* b*", PatternKind::stars}};
  Desk desk({.stamp = StampForm::tai64n, .rules = rules, .rules_see_stamp = true});
  desk.take("a\nbc\n");
  CHECK(desk.all() == "@400000000000a8ca00000001 bc\n");
}

TEST_CASE("a long line may arrive in pieces") {
  Desk desk({.prefix = "> "});
  desk.take("begin ", false);
  desk.take("middle ", false, true);
  desk.take("end\nnext\n", true, true);
  CHECK(desk.all() == "> begin middle end\n> next\n");
}

TEST_CASE("the pieces of a deselected line are deselected too") {
  const SelectRule rules[] = {{'-', "b*"}};
  Desk desk({.rules = rules});
  desk.take("begin ", false);
  desk.take("end\nnext\n", true, true);
  CHECK(desk.all() == "next\n");
}

TEST_CASE("a line in pieces can end without anything more") {
  Desk desk;
  desk.take("begin", false);
  desk.take("", true, true);
  CHECK(desk.all() == "begin\n");

  Desk other;
  other.take("", true, false);
  CHECK(other.all().empty());
}

TEST_CASE("a file is full at the end of the line that reaches the slack") {
  Desk desk;
  desk.limits.size = 20;
  desk.limits.slack = 8;
  desk.take("12345\n12345\n12345\n1\n");
  CHECK(desk.files == Files{"12345\n12345\n", "12345\n1\n"});
}

TEST_CASE("a line that does not fit is cut at the very limit") {
  Desk desk;
  desk.limits.size = 10;
  desk.limits.slack = 1000;
  desk.take("1234567\n1234567\n");
  CHECK(desk.files == Files{"1234567\n12", "34567\n"});
}

TEST_CASE("a line larger than a file goes into several") {
  Desk desk({.prefix = ">"});
  desk.limits.size = 10;
  desk.limits.slack = 1000;
  desk.take("abcdefghijklmnopqrstuvwxyz\n");
  CHECK(desk.files == Files{">abcdefghi", "jklmnopqrs", "tuvwxyz\n"});
}

TEST_CASE("the slack does not rotate in the middle of a line") {
  Desk desk;
  desk.limits.size = 20;
  desk.limits.slack = 15;
  desk.take("1234567", false);
  desk.take("89\na\n", true, true);
  CHECK(desk.files == Files{"123456789\n", "a\n"});
}

TEST_CASE("more than the output holds is written in several parts, to the byte") {
  Desk desk({.stamp = StampForm::tai64n});
  std::string text, expected;
  for (int i = 0; i < 60000; ++i) text += "\n";
  desk.take(text);
  CHECK(desk.all().size() == text.size() * 27);
  CHECK(desk.outputs > 10);
}

TEST_CASE("the callback for copies is called for each line when it begins") {
  const SelectRule rules[] = {{'-', "b*"}, {'e', "*b"}};
  Desk desk({.prefix = ":", .rules = rules, .head = 3});
  desk.announce_by(note);
  desk.take("abcd\nb\nx", false);
  desk.take("yz\n", true, true);
  CHECK(desk.announced == Files{":abc...+E", ":b-e", ":x+E"});
  CHECK(desk.all() == ":abcd\n:xyz\n");
}

TEST_CASE("lines that could not be sent are in the log twice, once with the reason") {
  Desk desk({.prefix = ":", .head = 3});
  desk.announce_by(fail);
  desk.take("abcd\ne\n");
  CHECK(desk.all() == "trouble: :abc...\n:abcd\ntrouble: :e\n:e\n");
}

TEST_CASE("where nothing is kept, only what could not be sent is in the log") {
  Desk desk({.to_file = false});
  desk.announce_by(note);
  desk.take("a\n");
  CHECK(desk.all().empty());
  desk.announce_by(fail);
  desk.take("b\nc\n");
  CHECK(desk.all() == "trouble: b\ntrouble: c\n");
}

TEST_CASE("unprintable bytes are replaced, newlines are kept") {
  std::string text = "tab\there \xc3\xa9 ok\n\x7f~ \n";
  replace_bytes(text, make_replacements('_', ""));
  CHECK(text == "tab_here __ ok\n_~ \n");
}

TEST_CASE("other bytes can be replaced too") {
  std::string text = "a b[c]\n";
  replace_bytes(text, make_replacements('?', "[]\n"));
  CHECK(text == "a b?c?\n");
}
