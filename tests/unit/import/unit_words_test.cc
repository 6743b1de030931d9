// SPDX-License-Identifier: ISC
#include "import/unit_words.hh"

#include "catch.hh"

using namespace stoker::importer;

namespace {

std::string words(std::string_view text) {
  const auto all = split_words(text);
  if (!all) return "bad";
  std::string result;
  for (const std::string& word : *all) result += "[" + word + "]";
  return result;
}

}  // namespace

TEST_CASE("words of a unit file are separated by blanks, and quotes join them") {
  CHECK(words(" a  b\tc ") == "[a][b][c]");
  CHECK(words("\"a b\" 'c \"d'") == "[a b][c \"d]");
  CHECK(words("x\"y z\"w") == "[xy zw]");
  CHECK(words("'' \"\"") == "[][]");
  CHECK(words("") == "");
}

TEST_CASE("escapes in unit files are those of C") {
  CHECK(words("\\x41\\102\\t\\s") == "[AB\t ]");
  CHECK(words("'\\u00e4' \\U0001F600") == "[ä][😀]");
  CHECK(words("\\\"a\\'b\\\\") == "[\"a'b\\]");
}

TEST_CASE("an open quote or an unknown escape makes no words") {
  for (const char* const text :
       {"'a", "\"", "a\\", "\\q", "\\x4", "\\400", "\\x00", "\\UFFFFFFFF"}) {
    CAPTURE(text);
    CHECK(words(text) == "bad");
  }
}

TEST_CASE("switches are the words that systemd knows") {
  for (const char* const text : {"1", "yes", "Y", "TRUE", "t", "on"})
    CHECK(parse_switch(text) == true);
  for (const char* const text : {"0", "no", "N", "False", "f", "off"})
    CHECK(parse_switch(text) == false);
  for (const char* const text : {"", "2", "maybe", "yess"}) CHECK(!parse_switch(text));
}
