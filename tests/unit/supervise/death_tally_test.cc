// SPDX-License-Identifier: ISC
#include "supervise/death_tally.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a death is recorded in s6's fourteen bytes") {
  const Tai64n when{Tai64n::epoch + 1, 2};
  const DeathTallyEntry exited = death_tally_entry(when, 7, 0);
  CHECK(exited == DeathTallyEntry{0x40, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 2, 7, 0});
  const DeathTallyEntry killed = death_tally_entry(when, -1, 9);
  CHECK(killed[12] == 137);
  CHECK(killed[13] == 9);
}
