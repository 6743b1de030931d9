// SPDX-License-Identifier: ISC
#include "svlog/matcher.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

// All matches, in brackets. The byte behind a message may be written to.
std::string marked(const char* expression, std::string message) {
  LineMatcher matcher;
  matcher.set(expression);
  std::string text;
  size_t at = 0;
  while (const auto match = matcher.find(message, at)) {
    text += message.substr(at, match->begin - at) + "[" +
            message.substr(match->begin, match->end - match->begin) + "]";
    at = match->end;
  }
  matcher.drop();
  return text + message.substr(at);
}

}  // namespace

TEST_CASE("all matches in a line are found") {
  CHECK(marked("o", "one two") == "[o]ne tw[o]");
  CHECK(marked("[0-9]+", "1 and 22") == "[1] and [22]");
  CHECK(marked("x", "one") == "one");
  CHECK(marked("one", "one") == "[one]");
}

TEST_CASE("the beginning of a line matches only there") {
  CHECK(marked("^a", "aaa") == "[a]aa");
  CHECK(marked("a$", "aaa") == "aa[a]");
}

TEST_CASE("an empty match is none") {
  CHECK(marked("x*", "axxb") == "a[xx]b");
  CHECK(marked("", "ab") == "ab");
  CHECK(marked("x*", "") == "");
}

TEST_CASE("a match is never a part of a character") {
  CHECK(marked("f.", "caf\xc3\xa9s") == "ca[f\xc3\xa9]s");
  CHECK(marked("\xa9", "caf\xc3\xa9s") == "caf[\xc3\xa9]s");
  CHECK(marked("x*", "\xc3\xa9x") == "\xc3\xa9[x]");
}
