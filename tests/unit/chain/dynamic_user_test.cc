// SPDX-License-Identifier: ISC
#include "chain/dynamic_user.hh"

#include <set>
#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a name has the same number each time, and others one after another") {
  const uid_t first = dynamic_user_candidate("web", 0);
  CHECK(dynamic_user_candidate("web", 0) == first);
  CHECK(dynamic_user_candidate("wed", 0) != first);
  std::set<uid_t> all;
  for (unsigned attempt = 0; attempt <= last_dynamic_user - first_dynamic_user; ++attempt) {
    const uid_t number = dynamic_user_candidate("web", attempt);
    CHECK(is_dynamic_user(number));
    all.insert(number);
  }
  CHECK(all.size() == last_dynamic_user - first_dynamic_user + 1);
  CHECK_FALSE(is_dynamic_user(61183));
  CHECK_FALSE(is_dynamic_user(65520));
}

TEST_CASE("names of dynamic users are those of accounts") {
  for (const char* good : {"web", "_x", "a-b_C9"}) CHECK(is_dynamic_user_name(good));
  CHECK(is_dynamic_user_name(std::string(31, 'a')));
  CHECK_FALSE(is_dynamic_user_name(std::string(32, 'a')));
  for (const char* bad : {"", "9a", "-a", "a.b", "a:b", "a/b", "a b", ":1:2"})
    CHECK_FALSE(is_dynamic_user_name(bad));
}
