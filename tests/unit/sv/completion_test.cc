// SPDX-License-Identifier: ISC
#include "sv/completion.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr std::string_view help =
    "Do it.\n"
    "  list             show a table\n"
    "  -n, --lines lines      the last lines only\n"
    "  -u, --utc              times in UTC\n"
    "  -o format        text, json, dot for graph, or svg for plot\n"
    "  --cgroup[=path]           each service gets one\n";

std::vector<std::string> choices(std::string_view meaning) {
  std::vector<std::string> found;
  for_each_choice(meaning, [&](std::string_view word) { found.emplace_back(word); });
  return found;
}

struct Line {
  explicit Line(std::vector<std::string> typed) : words(std::move(typed)) {
    for (std::string& word : words) pointers.push_back(word.data());
    line = read_typed(pointers, help);
  }
  std::vector<std::string> names() const { return {line.names.begin(), line.names.end()}; }

  std::vector<std::string> words;
  std::vector<char*> pointers;
  TypedLine line;
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the options of a program are those of its help") {
  Words names;
  for_each_option(help, [&](const HelpOption& option) { names.emplace_back(option.name); });
  CHECK(names == Words{"-n", "--lines", "-u", "--utc", "-o", "--cgroup"});
  CHECK(find_option(help, "-n").value == "lines");
  CHECK(find_option(help, "--lines").value == "lines");
  CHECK(find_option(help, "--utc").value.empty());
  CHECK(find_option(help, "--utc").meaning == "times in UTC");
  CHECK(find_option(help, "--cgroup").value.empty());
  CHECK(find_option(help, "--other").name.empty());
}

TEST_CASE("what an option may be is read from its meaning") {
  CHECK(choices("short, full, json or raw") == Words{"short", "full", "json", "raw"});
  CHECK(choices("text, json, dot for graph, or svg for plot") ==
        Words{"text", "json", "dot", "svg"});
  CHECK(choices("of the output: plain, prefix or json") == Words{"plain", "prefix", "json"});
  CHECK(choices("").empty());
}

TEST_CASE("names are told from options and their values") {
  CHECK(Line({"a", "-n", "5", "--utc", "b", "c"}).names() == Words{"a", "b"});
  CHECK(Line({"a", "-n", "5"}).line.option == "-n");
  CHECK(Line({"a", "-n", "5", ""}).line.option.empty());
  CHECK(Line({"--", "-n", "x"}).names() == Words{"-n"});
  const Line joined({"a", "--lines=5"});
  CHECK(joined.line.option == "--lines");
  CHECK(joined.line.beginning == "--lines=");
  CHECK(joined.line.word == "5");
  CHECK(Line({"--", "--lines=5"}).line.word == "--lines=5");
}

TEST_CASE("each command has words that fit it") {
  const auto kind = [](std::string_view word, size_t count) {
    return kind_of_word(*find_verb(word, false), count);
  };
  for (const char* const word : {"up", "start", "once"}) CHECK(kind(word, 0) == WordKind::stopped);
  for (const char* const word :
       {"down", "stop", "force-stop", "hup", "kill", "pause", "continue", "try-restart", "reload"})
    CHECK(kind(word, 1) == WordKind::running);
  for (const char* const word : {"restart", "force-restart", "exit", "shutdown", "check", "status"})
    CHECK(kind(word, 0) == WordKind::service);
  CHECK(kind("wait", 0) == WordKind::awaited);
  CHECK(kind("wait", 1) == WordKind::service);
  CHECK(kind("set", 1) == WordKind::group_setting);
  CHECK(kind("set", 2) == WordKind::other);
}
