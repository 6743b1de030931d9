// SPDX-License-Identifier: ISC
#include "supervise/personality.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("the name of the supervisor selects its personality") {
  CHECK(personality_of("runsv").called_as == CalledAs::runsv);
  CHECK(personality_of("/usr/bin/runsv").called_as == CalledAs::runsv);
  for (const char* const name : {"supervise", "/sbin/supervise", "", "other", "runsvdir"})
    CHECK(personality_of(name).called_as == CalledAs::supervise);
}
