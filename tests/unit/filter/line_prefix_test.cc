// SPDX-License-Identifier: ISC
#include "filter/line_prefix.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// The stream given in chunks of `size` bytes; prefixes are returned in brackets.
std::string split(const std::string& stream, size_t head, size_t size) {
  LinePrefixSplitter splitter(head);
  LinePrefixSplitter::Piece piece;
  std::string result;
  const auto note = [&] {
    const std::string text(piece.text);
    result += piece.is_prefix ? "[" + text + "]" : text;
  };
  for (size_t at = 0; at < stream.size(); at += size) {
    const std::string chunk = stream.substr(at, size);
    std::string_view input = chunk;
    while (splitter.next(input, piece)) note();
    REQUIRE(input.empty());
  }
  while (splitter.finish(piece)) note();
  return result;
}

}  // namespace

TEST_CASE("each line has a prefix, whatever chunks the stream arrives in") {
  const std::string stream = "abcdef\nab\nabc\n\nabcd";
  for (size_t size = 1; size <= stream.size(); ++size)
    CHECK(split(stream, 3, size) == "[abc]def\n[ab]\n[abc]\n[]\n[abc]d");
}

TEST_CASE("an unfinished prefix is printed at end of input") {
  for (size_t size = 1; size <= 3; ++size) {
    CHECK(split("x\nab", 3, size) == "[x]\n[ab]");
    CHECK(split("x\nabc", 3, size) == "[x]\n[abc]");
    CHECK(split("x\n", 3, size) == "[x]\n");
  }
  CHECK(split("", 3, 1).empty());
}

TEST_CASE("with prefixes of one byte each line is known by its first") {
  for (size_t size = 1; size <= 6; ++size) CHECK(split("ab\n\nc", 1, size) == "[a]b\n[]\n[c]");
}
