// SPDX-License-Identifier: ISC
#include "import/unit_text.hh"

#include "catch.hh"

using namespace stoker::importer;

namespace {

std::string flat(const UnitText& text) {
  std::string all;
  for (const Assignment& one : text.assignments)
    all += one.place.text() + " " + one.section + " " + one.key + "=" + one.value + "\n";
  for (const Fault& fault : text.faults) all += fault.place.text() + ": " + fault.text + "\n";
  return all;
}

std::string parsed(std::string_view text) { return flat(parse_unit_text(text, "u")); }

}  // namespace

TEST_CASE("sections, keys and values are found, with their lines") {
  CHECK(parsed("[Unit]\nDescription = A  b \n\n[Service]\n ExecStart=/bin/x\n") ==
        "u:2 Unit Description=A  b\nu:5 Service ExecStart=/bin/x\n");
}

TEST_CASE("the last line of a unit file needs no newline") {
  CHECK(parsed("[Unit]\nAfter=a") == "u:2 Unit After=a\n");
  CHECK(parsed("[Unit]\nAfter=a\\") == "u:2 Unit After=a\n");
}

TEST_CASE("comments are ignored, also between continued lines") {
  CHECK(parsed("# x\n;[y]\n[S]\nA=1 \\\n# no\n  ; nor this\n   2\nB=3") ==
        "u:4 S A=1  2\nu:8 S B=3\n");
}

TEST_CASE("only an odd number of backslashes continues a line") {
  CHECK(parsed("[S]\nA=x\\\\\nB=y\\\\\\\nz\n") == "u:2 S A=x\\\\\nu:3 S B=y\\\\ z\n");
}

TEST_CASE("an empty line ends a continued one") {
  CHECK(parsed("[S]\nA=1\\\n\nB=2\n") == "u:2 S A=1\nu:4 S B=2\n");
}

TEST_CASE("lines that are none are faults, with their numbers") {
  CHECK(parsed("A=1\n[S\nword\n[S]\n=2\n") ==
        "u:1: it is in no section\nu:2: a section ends with a bracket\n"
        "u:3: there is no “=”\nu:5: there is nothing before the “=”\n");
}

TEST_CASE("lines may end with a carriage return") {
  CHECK(parsed("[S]\r\nA=1\r\n") == "u:2 S A=1\n");
}

TEST_CASE("a byte order mark at the start of a unit file is no part of it") {
  const UnitText text = parse_unit_text("\xEF\xBB\xBF[Unit]\nA=1\n", "f");
  CHECK(text.faults.empty());
  REQUIRE(text.assignments.size() == 1);
  CHECK(text.assignments[0].section == "Unit");
}
