// SPDX-License-Identifier: ISC
#include "logger/select.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

Verdict verdict(std::initializer_list<SelectRule> rules, std::string_view line) {
  return judge({rules.begin(), rules.size()}, line);
}

}  // namespace

TEST_CASE("without rules every line goes to the log and none to standard error") {
  CHECK(verdict({}, "x") == Verdict{true, false});
}

TEST_CASE("the last rule that matches decides") {
  CHECK(verdict({{'-', "*"}}, "x") == Verdict{false, false});
  CHECK(verdict({{'-', "*"}, {'+', "x*"}}, "xy") == Verdict{true, false});
  CHECK(verdict({{'-', "*"}, {'+', "x*"}}, "yx") == Verdict{false, false});
  CHECK(verdict({{'+', "x*"}, {'-', "*"}}, "xy") == Verdict{false, false});
  CHECK(verdict({{'-', "a*"}, {'+', "ab*"}, {'-', "abc*"}}, "ab") == Verdict{true, false});
  CHECK(verdict({{'-', "a*"}, {'+', "ab*"}, {'-', "abc*"}}, "abcd") == Verdict{false, false});
}

TEST_CASE("a line may go to standard error whether or not it goes to the log") {
  CHECK(verdict({{'e', "*"}, {'-', "*"}}, "x") == Verdict{false, true});
  CHECK(verdict({{'e', "*"}, {'E', "x"}}, "x") == Verdict{true, false});
  CHECK(verdict({{'e', "*"}, {'E', "x"}}, "y") == Verdict{true, true});
}

TEST_CASE("a rule begins with one of four letters") {
  for (const char letter : {'+', '-', 'e', 'E'}) CHECK(is_select_action(letter));
  for (const char letter : {'s', '#', '\0', '*'}) CHECK_FALSE(is_select_action(letter));
}

TEST_CASE("a NUL in a line hides nothing from rules") {
  constexpr std::string_view line("a\0fatal", 7);
  CHECK(verdict({{'-', "*"}, {'+', "a*fatal"}}, line).selected);
  CHECK(verdict({{'-', "*"}, {'+', "*fatal", PatternKind::shell}}, line).selected);
  RegexTrouble why;
  for (const std::string_view expression : {"fatal$", "a.fatal", "^a.*l$", "[^b]f"}) {
    RuleSet rules(2);
    CHECK(rules.add('-', "*", PatternKind::stars, why));
    CHECK(rules.add('+', expression, PatternKind::regex, why));
    CHECK(judge(rules.rules(), line).selected);
  }
}

TEST_CASE("what is wrong with a regular expression is said in words") {
  const auto why = [](std::string_view expression) {
    RegexTrouble said;
    RuleSet rules(1);
    CHECK_FALSE(rules.add('+', expression, PatternKind::regex, said));
    return std::string(said.view());
  };
  CHECK(why("(a") == "missing ( or )");
  CHECK(why("[a") == "missing ]");
  CHECK(why("a\\") == "backslash at the end");
  CHECK(why("[[:no:]]") == "unknown character class");
  CHECK(why("a{2,1}") == "invalid numbers in {}");
  CHECK(why(std::string(5000, 'a')) == "pattern too long");
}
