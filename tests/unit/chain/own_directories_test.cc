// SPDX-License-Identifier: ISC
#include "chain/own_directories.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a private directory is a name, with an optional mode") {
  CHECK(parse_own_directory(Place::runtime, "app")->name == "app");
  CHECK(parse_own_directory(Place::runtime, "app")->mode == 0755);
  CHECK(parse_own_directory(Place::state, "app/data:0750")->name == "app/data");
  CHECK(parse_own_directory(Place::state, "app/data:0750")->mode == 0750);
}

TEST_CASE("a private directory is never outside its place") {
  const std::string text =
      GENERATE(as<std::string>(), "", ":0755", "/etc", "..", "a/../../etc", "a/..", ".", "./a",
               "a/", "a:", "a:8", "a:99999", "a:-1", "a:rwx");
  CAPTURE(text);
  CHECK_FALSE(parse_own_directory(Place::runtime, text));
}
