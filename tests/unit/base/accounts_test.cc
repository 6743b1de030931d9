// SPDX-License-Identifier: ISC
#include "base/accounts.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("an account has its number in the third field of its line") {
  CHECK(number_in_line("www-data:x:33:33:www:/:/bin/sh", "www-data") == 33U);
  CHECK(number_in_line("adm:x:4:", "adm") == 4U);
  CHECK_FALSE(number_in_line("adm:x:4:", "ad"));
  CHECK_FALSE(number_in_line("adm:x", "adm"));
  CHECK_FALSE(number_in_line("adm", "adm"));
  CHECK_FALSE(number_in_line("adm:x:-4:", "adm"));
  CHECK_FALSE(number_in_line(":x:4:", ""));
}

TEST_CASE("an owner is a user, a user and a group, or a group") {
  const auto user = find_owner("7");
  REQUIRE(user);
  CHECK(user->user == 7);
  CHECK(user->group == static_cast<gid_t>(-1));
  const auto both = find_owner("7:8");
  REQUIRE(both);
  CHECK(both->group == 8);
  const auto group = find_owner(":8");
  REQUIRE(group);
  CHECK(group->user == static_cast<uid_t>(-1));
  CHECK_FALSE(find_owner(""));
  CHECK_FALSE(find_owner("4294967295"));
}
