// SPDX-License-Identifier: ISC
#include "base/environment.hh"

#include <unistd.h>

#include <utility>

#include "catch.hh"

using namespace stoker;

TEST_CASE("what temporary variables replace is back when they end") {
  static char kept[] = "KEPT=1", changed[] = "CHANGED=before";
  static char* own[] = {kept, changed, nullptr};
  char** const outer = std::exchange(environ, own);
  Environment environment;
  REQUIRE(environment.adopt_process());
  char more[] = "CHANGED=now", again[] = "CHANGED=again", fresh[] = "FRESH=yes";
  {
    TemporaryVariables variables(environment);
    for (char* const entry : {more, fresh, again}) variables.set(entry);
    CHECK(environment.get("CHANGED") == std::string_view("again"));
    CHECK(environment.get("FRESH") == std::string_view("yes"));
  }
  CHECK(environment.get("KEPT") == std::string_view("1"));
  CHECK(environment.get("CHANGED") == std::string_view("before"));
  CHECK(environment.get("FRESH") == nullptr);
  environ = outer;
}
