// SPDX-License-Identifier: ISC
#include "logger/pattern.hh"

#include "catch.hh"

using namespace stoker;

namespace {

bool plus(std::string_view pattern, std::string_view text) {
  return matches(pattern, text, PatternKind::stars_and_plus);
}

bool stars(std::string_view pattern, std::string_view text) {
  return matches(pattern, text, PatternKind::stars);
}

}  // namespace

TEST_CASE("a pattern without stars matches itself, from end to end") {
  CHECK(stars("hello", "hello"));
  CHECK_FALSE(stars("hello", "hello world"));
  CHECK_FALSE(stars("hello", "hell"));
  CHECK_FALSE(stars("hello", "xhello"));
}

TEST_CASE("the empty pattern matches the empty line only") {
  CHECK(stars("", ""));
  CHECK_FALSE(stars("", "a"));
}

TEST_CASE("a star at the end matches anything, and nothing") {
  CHECK(stars("*", ""));
  CHECK(stars("*", "anything at all"));
  CHECK(stars("a*", "a"));
  CHECK(stars("a*", "abc"));
  CHECK_FALSE(stars("a*", "ba"));
}

TEST_CASE("a star skips to the first byte that follows it in the pattern, never further") {
  CHECK(stars("named[*]: Cleaned cache *", "named[135]: Cleaned cache of 3121 RRs"));
  CHECK(stars("*: *: pid *", "tcpsvd: info: pid 1977 from 10.4.1.14"));
  CHECK_FALSE(stars("*pid*", "tcpsvd: info: pid 1977 from 10.4.1.14"));
  CHECK(stars("*a", "bba"));
  CHECK_FALSE(stars("*a", "babba"));
  CHECK_FALSE(stars("*x", "abc"));
}

TEST_CASE("a star before a star looks for a literal star") {
  CHECK(stars("**", "a*b"));
  CHECK_FALSE(stars("**", "ab"));
}

TEST_CASE("for svlogd a plus matches the next byte once or more") {
  CHECK(plus("+a", "a"));
  CHECK(plus("+a", "aaa"));
  CHECK_FALSE(plus("+a", ""));
  CHECK_FALSE(plus("+a", "aab"));
  CHECK(plus("x+ b", "x   b"));
  CHECK_FALSE(plus("+", "+"));
}

TEST_CASE("the byte after a plus must occur") { CHECK_FALSE(plus("+ab", "aaa")); }

TEST_CASE("for multilog a plus is literal") {
  CHECK(stars("+a", "+a"));
  CHECK_FALSE(stars("+a", "aa"));
}

TEST_CASE("any byte can be matched") {
  using namespace std::string_view_literals;
  CHECK(stars("a\0b"sv, "a\0b"sv));
  CHECK(stars("*\xff"sv, "caf\xc3\xff"sv));
}

TEST_CASE("shell patterns work as in the shell") {
  const auto shell = [](const char* pattern, std::string_view text) {
    return matches(pattern, text, PatternKind::shell);
  };
  CHECK(shell("*pid*", "tcpsvd: info: pid 1977"));
  CHECK(shell("[a-c]?", "bx"));
  CHECK_FALSE(shell("[a-c]?", "dx"));
  CHECK(shell("a/*", "a/b/c"));
  CHECK(shell("", ""));
}
