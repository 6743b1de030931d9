// SPDX-License-Identifier: ISC
#include "systemd/command_line.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker::systemd;

namespace {

constexpr OptionRow rows[] = {
    {"all", 'a', Takes::nothing, 1},       {"type", 't', Takes::value, 2},
    {"boot", 'b', Takes::maybe_joined, 3}, {"kill-who", 0, Takes::value, 4},
    {"kill-whom", 0, Takes::value, 4},     {"", 'P', Takes::value, 5},
    {"no-pager", 0, Takes::nothing, 6},    {"no-legend", 0, Takes::nothing, 7}};

// "1 2=service | word word"
std::string taken(std::vector<std::string> words) {
  words.insert(words.begin(), "program");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  CommandLine line("program", argv, rows);
  std::string text;
  for (int id = line.next(); id != CommandLine::end; id = line.next()) {
    if (id == CommandLine::mistake) return text + "mistake";
    text += std::to_string(id);
    if (line.value() != nullptr) text += std::string("=") + line.value();
    text += " ";
  }
  text += "|";
  for (const char* const word : line.words()) text += std::string(" ") + word;
  return text;
}

}  // namespace

TEST_CASE("options may stand anywhere among the words") {
  CHECK(taken({"start", "-a", "web", "--type", "socket"}) == "1 2=socket | start web");
  CHECK(taken({}) == "|");
  CHECK(taken({"-at", "socket", "x"}) == "1 2=socket | x");
  CHECK(taken({"-tsocket", "-"}) == "2=socket | -");
  CHECK(taken({"--type=a=b"}) == "2=a=b |");
}

TEST_CASE("behind two dashes there are only words") {
  CHECK(taken({"is-active", "--", "-a", "--type"}) == "| is-active -a --type");
}

TEST_CASE("a long option may be shortened to what only it begins with") {
  CHECK(taken({"--ty=x"}) == "2=x |");
  CHECK(taken({"--no-p"}) == "6 |");
  CHECK(taken({"--kill-who=x"}) == "4=x |");
  CHECK(taken({"--kill-w=x"}) == "4=x |");
  CHECK(taken({"--no"}) == "mistake");
}

TEST_CASE("a value that may be left out must be joined") {
  CHECK(taken({"-b", "-1"}) == "3 mistake");
  CHECK(taken({"-b-1", "x"}) == "3=-1 | x");
  CHECK(taken({"--boot", "x"}) == "3 | x");
  CHECK(taken({"--boot=0"}) == "3=0 |");
}

TEST_CASE("what is no option is a mistake") {
  CHECK(taken({"--frob"}) == "mistake");
  CHECK(taken({"-x"}) == "mistake");
  CHECK(taken({"--all=yes"}) == "mistake");
  CHECK(taken({"-t"}) == "mistake");
  CHECK(taken({"--type"}) == "mistake");
}
