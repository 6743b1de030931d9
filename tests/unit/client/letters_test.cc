// SPDX-License-Identifier: ISC
#include "client/letters.hh"

#include "catch.hh"

using namespace stoker;

namespace {

std::string sent(std::string_view options) {
  Letters letters;
  for (const char option : options) REQUIRE(letters.add(option) == Letters::Added::fine);
  return std::string(letters.view());
}

}  // namespace

TEST_CASE("letters are sent in the order of the options, each once") {
  CHECK(sent("") == "");
  CHECK(sent("dx") == "dx");
  CHECK(sent("udopchaitkx") == "udopchaitkx");
  CHECK(sent("uduxu") == "udx");
}

TEST_CASE("the letters of daemontools-encore and of s6 are known, too") {
  CHECK(sent("q12w") == "q12w");
  CHECK(sent("rDUOQPCKyb") == "rDUOQPCKyb");
}

TEST_CASE("an unknown letter is refused") {
  Letters letters;
  for (const char option : {'Z', '3', 'e', '-', '?', 'j'})
    CHECK(letters.add(option) == Letters::Added::unknown);
  CHECK(letters.view().empty());
}

TEST_CASE("a plus applies to all letters that follow, until an equals sign") {
  CHECK(sent("+tk") == "+t+k");
  CHECK(sent("t+k=p") == "t+k=p");
}

TEST_CASE("a capital L selects the logger, until a small one") {
  CHECK(sent("Ltk") == "LtLk");
  CHECK(sent("tLkla") == "tLkla");
  CHECK(sent("Ltlt") == "Ltlt");
  CHECK(sent("L+t") == "L+t");
}

TEST_CASE("a small l at the beginning changes nothing") { CHECK(sent("lu") == "u"); }

TEST_CASE("the number of options in a call is limited") {
  Letters letters;
  for (size_t count = 0; count < Letters::most; ++count)
    CHECK(letters.add('+') == Letters::Added::fine);
  CHECK(letters.add('+') == Letters::Added::too_many);
}
