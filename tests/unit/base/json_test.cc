// SPDX-License-Identifier: ISC
#include "base/json.hh"

#include "catch.hh"

using namespace stoker;

namespace {

std::string escaped(std::string_view text) {
  std::string json;
  escape_json(text, [&json](std::string_view piece) { json += piece; });
  return json;
}

}  // namespace

TEST_CASE("plain text is unchanged in JSON") {
  CHECK(escaped("").empty());
  CHECK(escaped("GET / 200") == "GET / 200");
  CHECK(escaped("caf\xc3\xa9 \xf0\x9f\x90\x8e") == "caf\xc3\xa9 \xf0\x9f\x90\x8e");
}

TEST_CASE("any bytes become valid JSON") {
  CHECK(escaped("a\"b\\c\nd\te\x01\x7f") == "a\\\"b\\\\c\\nd\\te\\u0001\\u007f");
  CHECK(escaped("\xff\xc3") == "\\ufffd\\ufffd");
  CHECK(escaped(std::string_view("\0", 1)) == "\\u0000");
  for (int byte = 128; byte < 256; ++byte)
    CHECK(escaped(std::string(1, static_cast<char>(byte))) == "\\ufffd");
}

TEST_CASE("the beginning of a character at the end of a text is known") {
  const auto size = [](std::string_view text) { return unfinished_character(text).size(); };
  CHECK(size("") == 0);
  CHECK(size("a") == 0);
  CHECK(size("\xc3\xa9") == 0);
  CHECK(size("a\xc3") == 1);
  CHECK(size("a\xe2\x82") == 2);
  CHECK(size("\xf0\x9f\x98") == 3);
  CHECK(size("\xf0\x9f\x98\x80") == 0);
  // What can be no beginning.
  CHECK(size("\xa9") == 0);
  CHECK(size("a\x82\x82\x82\x82") == 0);
  CHECK(size("\xc0") == 0);
  CHECK(size("\xff") == 0);
}
