// SPDX-License-Identifier: ISC
#include "base/near.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a slip is a letter that is missing, superfluous, wrong or swapped") {
  for (const char* const word : {"ngnix", "ngix", "nginxx", "nginy", "xnginx", "inginx", "ginx"})
    CHECK(is_slip(word, word == std::string_view("ngix") ? "ngnix" : "nginx"));
  CHECK(is_slip("", "a"));
  CHECK(is_slip("aa", "a"));
}

TEST_CASE("equal words and other words are no slips") {
  CHECK_FALSE(is_slip("nginx", "nginx"));
  CHECK_FALSE(is_slip("", ""));
  CHECK_FALSE(is_slip("apache", "nginx"));
  CHECK_FALSE(is_slip("ngxin", "nginx"));
  CHECK_FALSE(is_slip("web", "web12"));
}
