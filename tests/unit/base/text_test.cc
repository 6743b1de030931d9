// SPDX-License-Identifier: ISC
#include "base/text.hh"

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a new text is empty and ends with NUL") {
  const Text<8> text;
  CHECK(text.empty());
  CHECK(text.size() == 0);
  CHECK(std::strlen(text.c_str()) == 0);
  CHECK_FALSE(text.truncated());
}

TEST_CASE("a text is composed of strings, bytes and numbers") {
  const Text<64> text("pid ", 42, ':', std::string_view(" up"), -7);
  CHECK(text.view() == "pid 42: up-7");
  CHECK(std::strlen(text.c_str()) == text.size());
}

TEST_CASE("numbers are written in full") {
  CHECK(Text<64>(std::numeric_limits<int64_t>::min()).view() == "-9223372036854775808");
  CHECK(Text<64>(std::numeric_limits<uint64_t>::max()).view() == "18446744073709551615");
  CHECK(Digits(0).view() == "0");
  CHECK(Digits(std::numeric_limits<int64_t>::min()).view() == "-9223372036854775808");
}

TEST_CASE("a text holds exactly its capacity") {
  Text<4> text("four");
  CHECK(text.view() == "four");
  CHECK_FALSE(text.truncated());
  text.append("");
  CHECK_FALSE(text.truncated());
  text.append('!');
  CHECK(text.view() == "four");
  CHECK(text.truncated());
}

TEST_CASE("a longer text is truncated and marked so") {
  Text<4> text("ab");
  text.append("cdef");
  CHECK(text.view() == "abcd");
  CHECK(std::strlen(text.c_str()) == 4);
  text.append("");
  CHECK(text.truncated());
  text.clear();
  CHECK(text.empty());
  CHECK_FALSE(text.truncated());
  text.append("ok");
  CHECK(text.view() == "ok");
}

TEST_CASE("a text can be shortened, never lengthened") {
  Text<8> text("abcdef");
  text.cut(10);
  CHECK(text.view() == "abcdef");
  text.cut(2);
  CHECK(text.view() == "ab");
  CHECK(std::strlen(text.c_str()) == 2);
}

TEST_CASE("a text keeps NUL bytes of what is appended") {
  const Text<8> text(std::string_view("a\0b", 3));
  CHECK(text.size() == 3);
  CHECK(text.view() == std::string_view("a\0b", 3));
}

TEST_CASE("a copy is independent of its original") {
  Text<8> one("one");
  Text<8> other = one;
  other.append("!");
  CHECK(one.view() == "one");
  CHECK(other.view() == "one!");
}
