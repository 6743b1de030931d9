// SPDX-License-Identifier: ISC
#include "plan/relation.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("each relation has a file of its own, and a row in its place") {
  for (const RelationRow& row : relations) {
    CHECK(relation_of_file(row.file) == row.relation);
    CHECK(&row_of(row.relation) == &row);
  }
  CHECK_FALSE(relation_of_file("run"));
  CHECK_FALSE(relation_of_file(""));
  CHECK_FALSE(relation_of_file("need"));
}

TEST_CASE("what a start waits for stops after it") {
  for (const RelationRow& row : relations) {
    INFO(row.file);
    CHECK(row.stops_first == (row.awaits != Awaits::nothing));
    if (row.is_strong) CHECK(row.awaits == Awaits::ready);
  }
}
