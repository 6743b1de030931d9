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
