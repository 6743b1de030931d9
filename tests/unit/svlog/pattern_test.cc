// SPDX-License-Identifier: ISC
#include "svlog/pattern.hh"

#include "catch.hh"

using namespace stoker;

namespace {

std::string needle(std::string_view expression) {
  const Needle found = needle_of(expression);
  return std::string(found.text.view()) + (found.whole ? " and no more" : "");
}

}  // namespace

TEST_CASE("an expression without special characters is plain text") {
  CHECK(needle("error") == "error and no more");
  CHECK(needle("a\\.b\\*") == "a.b* and no more");
  CHECK(needle("").empty());
}

TEST_CASE("the longest text in each match is found") {
  CHECK(needle("^error") == "error");
  CHECK(needle("a.*timeout$") == "timeout");
  CHECK(needle("[0-9]+ seconds") == " seconds");
  CHECK(needle("one (two|three) and four") == " and four");
  CHECK(needle("x[]a]y[^]b]zz[[:alpha:]]z") == "zz");
  CHECK(needle("code=5..") == "code=5");
}

TEST_CASE("optional parts of a match are not required") {
  CHECK(needle("colou?r") == "colo");
  CHECK(needle("ab*c") == "a");
  CHECK(needle("ab{0,3}cd") == "cd");
  CHECK(needle("ab+cd") == "ab");
  CHECK(needle("(abc)?d") == "d");
  CHECK(needle("(a(b)[)]|c)+") == "");
  CHECK(needle("one|two").empty());
  CHECK(needle("one(x|y)|two").empty());
}

TEST_CASE("escapes that only some C libraries know are not plain text") {
  CHECK(needle("\\bword\\b") == "word");
  CHECK(needle("\\w\\1ab") == "ab");
}

TEST_CASE("broken expressions do no harm") {
  for (const char* const expression : {"(", "[", "[[:alpha", "a{", "\\", "((a)", ")", "*", "[^"})
    CHECK(needle(expression).size() <= 255);
  const std::string longer(1000, 'x');
  CHECK(needle(longer).size() == 255);
}
