// SPDX-License-Identifier: ISC
#include "systemd/unit_name.hh"

#include "catch.hh"

using namespace stoker::systemd;

TEST_CASE("a word means a service unless it has a type") {
  CHECK(unit_meant_by("web").view() == "web.service");
  CHECK(unit_meant_by("web.service").view() == "web.service");
  CHECK(unit_meant_by("web.socket").view() == "web.socket");
  CHECK(unit_meant_by("a.b").view() == "a.b.service");
  CHECK(unit_meant_by("/lib/systemd/system/web.timer").view() == "web.timer");
  CHECK(unit_meant_by("t@x").view() == "t@x.service");
}

TEST_CASE("the type of a unit is behind its last dot") {
  CHECK(type_of("a.b.timer") == UnitType::timer);
  CHECK_FALSE(type_of("web"));
  CHECK_FALSE(type_of(".service"));
  CHECK_FALSE(type_of("web.conf"));
  CHECK(stem_of("a.b.timer") == "a.b");
  CHECK(stem_of("a.b") == "a.b");
  CHECK(with_type("web.socket", UnitType::service).view() == "web.service");
  for (size_t at = 0; at < unit_type_count; ++at)
    CHECK(unit_type_from(word(static_cast<UnitType>(at))) == static_cast<UnitType>(at));
}

TEST_CASE("units have names of few characters and of limited length") {
  CHECK(is_valid_unit("web.service"));
  CHECK(is_valid_unit("a:b-c_d.e\\x2d@f.service"));
  CHECK_FALSE(is_valid_unit("web"));
  CHECK_FALSE(is_valid_unit("a b.service"));
  CHECK_FALSE(is_valid_unit("a/b.service"));
  CHECK_FALSE(is_valid_unit("@a.service"));
  CHECK_FALSE(is_valid_unit(std::string(250, 'a') + ".service"));
}

TEST_CASE("templates and instances are told apart") {
  CHECK(is_template("t@.service"));
  CHECK_FALSE(is_template("t@x.service"));
  CHECK_FALSE(is_template("t.service"));
  CHECK(is_instance("t@x.service"));
  CHECK_FALSE(is_instance("t@.service"));
  CHECK(instance_of("t@x-y.service") == "x-y");
  CHECK(instance_of("t.service").empty());
  CHECK(prefix_of("t@x.service") == "t");
  CHECK(template_of("t@x.socket").view() == "t@.socket");
  CHECK(instance_named("t@.service", "one").view() == "t@one.service");
}

TEST_CASE("specifiers in an [Install] section are parts of the name") {
  CHECK(expand_name("a-%i.target", "t@x.service").view() == "a-x.target");
  CHECK(expand_name("%p.%n", "t@x.service").view() == "t.t@x.service");
  CHECK(expand_name("%N%%", "t@x.service").view() == "t@x%");
  CHECK(expand_name("%I", "t@a-b.service").view() == "a/b");
  CHECK(expand_name("%j", "a-b-c@x.service").view() == "c");
  CHECK(expand_name("%z%", "t.service").view() == "%z%");
}
