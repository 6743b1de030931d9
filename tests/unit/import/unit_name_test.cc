// SPDX-License-Identifier: ISC
#include "import/unit_name.hh"

#include "catch.hh"
#include "import/specifiers.hh"

using namespace stoker::importer;

TEST_CASE("a unit's name has a prefix, an instance and a type") {
  const auto plain = parse_unit_name("web.service");
  REQUIRE(plain);
  CHECK(plain->prefix == "web");
  CHECK(plain->type == "service");
  CHECK(plain->stem() == "web");
  const auto instance = parse_unit_name("postgresql@15-main.service");
  REQUIRE(instance);
  CHECK(instance->instance == "15-main");
  CHECK(instance->template_text() == "postgresql@.service");
  CHECK(parse_unit_name("getty@.service")->is_template());
  CHECK(parse_unit_name("a.b.socket")->stem() == "a.b");
  CHECK(parse_unit_name("a@b@c.service")->instance == "b@c");
}

TEST_CASE("what is no name of a unit is refused") {
  for (const char* const text :
       {"", "web", ".service", "@x.service", "a b.service", "web.txt", "a/b.service"}) {
    CAPTURE(text);
    CHECK(!parse_unit_name(text));
  }
}

TEST_CASE("names are unescaped as systemd-escape does") {
  CHECK(unescape_name("15-main") == "15/main");
  CHECK(unescape_name("a\\x2db") == "a-b");
  CHECK(unescape_name("a\\x2") == "a\\x2");
  CHECK(unescape_name("-") == "/");
  CHECK(unescape_path("-") == "/");
  CHECK(unescape_path("dev-sda1") == "/dev/sda1");
}

namespace {

std::string expanded(std::string_view text, const char* unit = "foo-bar@a-b.service") {
  static const Machine machine = {"0123", "host.example", "6.1", "x86-64", "debian", "12"};
  std::string left;
  const std::string result =
      expand_specifiers(text, {*parse_unit_name(unit), "/lib/x/foo.service", &machine}, left);
  return left.empty() ? result : result + " left " + left;
}

}  // namespace

TEST_CASE("specifiers of the unit's name") {
  CHECK(expanded("%n|%N|%p|%i|%I|%j|%f") ==
        "foo-bar@a-b.service|foo-bar@a-b|foo-bar|a-b|a/b|bar|/a/b");
  CHECK(expanded("%I%i", "web.service").empty());
  CHECK(expanded("%P/%J", "foo-bar.service") == "foo/bar/bar");
}

TEST_CASE("specifiers of the machine and its directories") {
  CHECK(expanded("%t%S%C%L%E%T%V") == "/run/var/lib/var/cache/var/log/etc/tmp/var/tmp");
  CHECK(expanded("%u%U%h%s") == "root0/root/bin/sh");
  CHECK(expanded("%m %H %l %v %a %o %w") == "0123 host.example host 6.1 x86-64 debian 12");
  CHECK(expanded("100%% %y %Y") == "100% /lib/x/foo.service /lib/x");
}

TEST_CASE("specifiers that are not known stay, and are named") {
  CHECK(expanded("a%b") == "a%b left %b");
  CHECK(expanded("50%") == "50%");
}
