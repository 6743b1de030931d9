// SPDX-License-Identifier: ISC
#include "systemd/preset.hh"

#include "catch.hh"

using namespace stoker::systemd;

TEST_CASE("the first rule that fits a unit counts") {
  PresetRule rule;
  constexpr std::string_view text = "# all\n\nenable web.*\ndisable *\nenable db.service\n";
  REQUIRE(find_preset_rule(text, "web.socket", rule));
  CHECK(rule.on);
  REQUIRE(find_preset_rule(text, "db.service", rule));
  CHECK_FALSE(rule.on);
  CHECK_FALSE(find_preset_rule("enable a.service", "b.service", rule));
}

TEST_CASE("a line is a rule only with a verb and a pattern") {
  PresetRule rule;
  CHECK_FALSE(parse_preset_line("enable", rule));
  CHECK_FALSE(parse_preset_line("#enable a", rule));
  CHECK_FALSE(parse_preset_line("start a", rule));
  CHECK(parse_preset_line("  disable a@.service one two", rule));
  CHECK(rule.pattern == "a@.service");
}
