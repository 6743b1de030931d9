// SPDX-License-Identifier: ISC
#include "chain/expand.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr const char* variables[] = {"A=1",
                                     "SPACE= one  two ",
                                     "EMPTY=",
                                     "QUOTED='a b' c\"d e\"f",
                                     "NONE=''",
                                     "BACK=a\\ b \\\\ '\\'' \\",
                                     "OPEN='x y",
                                     "AB=2",
                                     "DOLLAR=$A ${A}",
                                     nullptr};

// The words, each in brackets.
std::string expanded(const std::vector<std::string>& arguments) {
  char room[200];
  char* words[20];
  Expander expander(variables, room, words);
  for (const std::string& each : arguments) expander.add(each);
  REQUIRE(expander.finish());
  std::string all;
  for (char** word = words; *word != nullptr; ++word) all += "[" + std::string(*word) + "]";
  return all;
}

}  // namespace

TEST_CASE("a variable in braces is a part of its argument, whatever it contains") {
  CHECK(expanded({"${A}"}) == "[1]");
  CHECK(expanded({"x${A}y${AB}"}) == "[x1y2]");
  CHECK(expanded({"${SPACE}"}) == "[ one  two ]");
  CHECK(expanded({"${QUOTED}"}) == "['a b' c\"d e\"f]");
  CHECK(expanded({"${EMPTY}", "${UNSET}", "a${UNSET}b"}) == "[][][ab]");
  CHECK(expanded({"${DOLLAR}"}) == "[$A ${A}]");
}

TEST_CASE("a variable that is a whole argument becomes its words") {
  CHECK(expanded({"$A"}) == "[1]");
  CHECK(expanded({"x", "$SPACE", "y"}) == "[x][one][two][y]");
  CHECK(expanded({"$EMPTY", "$UNSET", "$A-$A", "$"}) == "");
  CHECK(expanded({"$QUOTED"}) == "[a b][cd ef]");
  CHECK(expanded({"$NONE"}) == "[]");
  CHECK(expanded({"$BACK"}) == "[a b][\\]['][]");
  CHECK(expanded({"$OPEN"}) == "[x y]");
  CHECK(expanded({"$DOLLAR"}) == "[$A][${A}]");
}

TEST_CASE("other dollar signs stay, and two of them are one") {
  CHECK(expanded({"$$"}) == "[$]");
  CHECK(expanded({"$$A", "$${A}", "a$$b", "$$$$"}) == "[$A][${A}][a$b][$$]");
  CHECK(expanded({"a$A", "-c$A", "a$"}) == "[a$A][-c$A][a$]");
  CHECK(expanded({"${A", "x${", "{A}", "${}"}) == "[${A][x${][{A}][]");
  CHECK(expanded({"${A:-x}"}) == "[]");
  CHECK(expanded({"", "plain"}) == "[][plain]");
}

TEST_CASE("arguments that do not fit are refused") {
  char room[8];
  char* words[3];
  Expander fits(variables, room, words);
  fits.add("abc");
  fits.add_plain("$$A");
  CHECK(fits.finish());
  CHECK(std::string(words[1]) == "$$A");
  Expander too_long(variables, room, words);
  too_long.add("abcdefgh");
  CHECK_FALSE(too_long.finish());
  Expander too_many(variables, room, words);
  for (int i = 0; i < 3; ++i) too_many.add("");
  CHECK_FALSE(too_many.finish());
}
