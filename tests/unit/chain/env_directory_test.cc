// SPDX-License-Identifier: ISC
#include "chain/env_directory.hh"

#include <string>

#include "catch.hh"

using namespace stoker;
using namespace std::string_literals;

namespace {

std::optional<std::string> value_of(std::string file) {
  const auto value = variable_value(file);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

}  // namespace

TEST_CASE("a variable's value is the first line of its file, without blanks at its end") {
  CHECK(value_of("one") == "one");
  CHECK(value_of("one\ntwo\n") == "one");
  CHECK(value_of(" two \t \t\nmore") == " two");
  CHECK(value_of("a\rb\r\n") == "a\rb\r");
}

TEST_CASE("NULs in a file become newlines in the value") {
  CHECK(value_of("x\0y\0\nz"s) == "x\ny\n");
}

TEST_CASE("an empty file removes the variable, an empty line makes it empty") {
  CHECK_FALSE(value_of(""));
  CHECK(value_of("\n") == "");
  CHECK(value_of(" \t") == "");
}

TEST_CASE("a variable's name has no = in it") {
  CHECK(is_variable_name("PATH"));
  CHECK(is_variable_name("with blank"));
  CHECK_FALSE(is_variable_name("A=B"));
  CHECK_FALSE(is_variable_name(""));
}
