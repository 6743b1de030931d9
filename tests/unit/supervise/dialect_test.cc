// SPDX-License-Identifier: ISC
#include "supervise/dialect.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("the supervisor speaks the dialect of the name it is called by") {
  CHECK(manners_of("runsv").dialect == Dialect::runsv);
  CHECK(manners_of("/usr/bin/runsv").dialect == Dialect::runsv);
  for (const char* const name : {"supervise", "/sbin/supervise", "", "other", "runsvdir"})
    CHECK(manners_of(name).dialect == Dialect::supervise);
}
