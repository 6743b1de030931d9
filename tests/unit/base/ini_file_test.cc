// SPDX-License-Identifier: ISC
#include "base/ini_file.hh"

#include "catch.hh"

using namespace stoker;
using enum IniLine::Kind;

TEST_CASE("an INI file has sections, variables, comments and empty lines") {
  CHECK(parse_ini_line("").kind == nothing);
  CHECK(parse_ini_line("  \t").kind == nothing);
  CHECK(parse_ini_line("; a = b").kind == nothing);
  CHECK(parse_ini_line("[web]").kind == section);
  CHECK(parse_ini_line(" [ web ] ").name == "web");
  CHECK(parse_ini_line("a=b").kind == variable);
}

TEST_CASE("blanks around names and values do not belong to them") {
  const IniLine line = parse_ini_line("  name \t=  a value; with = in it  \r");
  CHECK(line.name == "name");
  CHECK(line.value == "a value; with = in it");
  CHECK(parse_ini_line("empty=").value.empty());
}

TEST_CASE("any other line is ignored") {
  for (const char* text : {"word", "[open", "=value", "[", "# a comment", "#a=b", "export a=b",
                           "# [web]", "two words = value"}) {
    CAPTURE(text);
    CHECK(parse_ini_line(text).kind == nothing);
  }
}

TEST_CASE("a section may have no name, and a name may have any other character") {
  CHECK(parse_ini_line("[]").kind == section);
  CHECK(parse_ini_line("[]").name.empty());
  CHECK(parse_ini_line("a.b-c[0]=d").name == "a.b-c[0]");
}
