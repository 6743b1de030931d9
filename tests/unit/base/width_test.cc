// SPDX-License-Identifier: ISC
#include "base/width.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("letters take one column, wide characters two and combining ones none") {
  CHECK(width("") == 0);
  CHECK(width("nginx") == 5);
  CHECK(width("größe") == 5);
  CHECK(width("gro\u0308ße") == 5);
  CHECK(width("データ") == 6);
  CHECK(width("한국") == 4);
  CHECK(width("🚀") == 2);
  CHECK(width("✓") == 1);
}

TEST_CASE("bytes that are not UTF-8 take one column each") {
  CHECK(width("\xff\xfe") == 2);
  CHECK(width("a\xe3\x83") == 3);
}

TEST_CASE("text is cut between characters") {
  CHECK(cut_to_width("nginx", 3) == "ngi");
  CHECK(cut_to_width("nginx", 9) == "nginx");
  CHECK(cut_to_width("データ", 3) == "デ");
  CHECK(cut_to_width("o\u0308x", 1) == "o\u0308");
  CHECK(cut_to_width("", 0).empty());
}
