// SPDX-License-Identifier: ISC
#include "chain/env_file.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// "NAME=VALUE|…", with "!LINE|" for a line that is skipped.
std::string read(const std::string& text) {
  std::vector<char> room(text.size() + 1);
  EnvFileReader reader(text, room);
  std::string all;
  for (EnvFileReader::Entry entry; reader.next(entry);)
    all += entry.good ? std::string(entry.name) + "=" + std::string(entry.value) + "|"
                      : "!" + std::to_string(entry.line) + "|";
  return all;
}

}  // namespace

TEST_CASE("an environment file has one assignment a line") {
  CHECK(read("A=1\nB=two words\nC=") == "A=1|B=two words|C=|");
  CHECK(read("") == "");
  CHECK(read("\n\n  \nA=1\n\n") == "A=1|");
}

TEST_CASE("blanks around names and plain values do not belong to them") {
  CHECK(read("  A  =  one two  \t\n") == "A=one two|");
  CHECK(read("A=1\r\nB=2\r\n") == "A=1|B=2|");
}

TEST_CASE("comments begin with # or ; at the start of a line") {
  CHECK(read("# A=1\n  ; B=2\nC=3 # 4\nD=a;b") == "C=3 # 4|D=a;b|");
  CHECK(read("# goes on \\\nA=1\nB=2") == "B=2|");
}

TEST_CASE("in a plain value, a backslash quotes the next character") {
  CHECK(read("A=one\\\ntwo\nB=a\\\\b\\\"\nC=x\\ \\ \n") == "A=onetwo|B=a\\b\"|C=x  |");
  CHECK(read("A=b\"c'd") == "A=b\"c'd|");
  CHECK(read("A=b\\") == "A=b|");
}

TEST_CASE("single quotes preserve everything, including newlines") {
  CHECK(read("A=' a\\n\"b $c\nd '\nB=2") == "A= a\\n\"b $c\nd |B=2|");
}

TEST_CASE("in double quotes a backslash escapes few characters") {
  CHECK(read("A=\" x\\\"y\\\\z\\$v\\`\\n \"\n") == "A= x\"y\\z$v`\\n |");
  CHECK(read("A=\"one\\\ntwo\nthree\"\nB=2") == "A=onetwo\nthree|B=2|");
}

TEST_CASE("quoted parts may follow each other") {
  CHECK(read("A='one'\" two\" \nB=\"\"\n") == "A=one two|B=|");
  CHECK(read("A='one' 'two'") == "A=onetwo|");
}

TEST_CASE("an unterminated quote ends with the file") {
  CHECK(read("A='one") == "A=one|");
  CHECK(read("A=\"one\\") == "A=one\\|");
}

TEST_CASE("lines that are not assignments are reported by number") {
  CHECK(read("export A=1\nB\n\n2C=3\nD=4") == "!1|!2|!4|D=4|");
  CHECK(read("A='x\ny'\n=5") == "A=x\ny|!3|");
}

TEST_CASE("a variable's name must be valid in a shell") {
  for (const char* good : {"A", "_", "a1_B"}) CHECK(is_shell_name(good));
  for (const char* bad : {"", "1A", "A-B", "A.B", "A B"}) CHECK_FALSE(is_shell_name(bad));
}
