// SPDX-License-Identifier: ISC
// What a new supervisor believes, in every case there is.
#include "supervise/recovery.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// Dead; free or supervised elsewhere; free or supervised here.
constexpr int sights = 5;
ProcessSight any_sight(int number) {
  if (number == 0) return {};
  return {.alive = true, .supervised = number % 2 == 0, .here = number > 2};
}

std::vector<Clues> all_clues() {
  std::vector<Clues> all;
  for (int record = 0; record < record_count; ++record)
    for (int recorded = 0; recorded < sights; ++recorded)
      for (int told = 0; told < told_count; ++told)
        for (const bool same : {false, true})
          for (int named = 0; named < sights; ++named)
            for (const bool suspect : {false, true})
              all.push_back({.record = static_cast<Record>(record),
                             .recorded = any_sight(recorded),
                             .told = static_cast<Told>(told),
                             .told_recorded = same,
                             .named = any_sight(named),
                             .suspect = suspect});
  return all;
}

constexpr ProcessSight free_here{.alive = true, .here = true}, free_elsewhere{.alive = true},
    supervised{.alive = true, .supervised = true};

}  // namespace

TEST_CASE("whatever is found, no process of another supervisor is taken over") {
  for (const Clues& clues : all_clues()) {
    const Belief belief = believe(clues);
    const bool told_it = clues.told == Told::alive && clues.told_recorded;
    if (clues.recorded.supervised && !told_it) CHECK(belief != Belief::record);
    if (clues.named.supervised) CHECK(belief != Belief::named);
  }
}

TEST_CASE("what was saved elsewhere is believed only of a process that is here, or told of") {
  for (const Clues& clues : all_clues()) {
    if (clues.record != Record::elsewhere || believe(clues) != Belief::record) continue;
    const bool told_it = clues.told == Told::alive && clues.told_recorded;
    CHECK((told_it || (clues.recorded.is_free() && clues.recorded.here)));
  }
}

TEST_CASE("a state that says nothing, or of another boot, is never continued") {
  for (const Clues& clues : all_clues())
    if (clues.record < Record::elsewhere) CHECK(believe(clues) != Belief::record);
}

TEST_CASE("the process that svscan knows of never gets a second copy beside it") {
  for (const Clues& clues : all_clues()) {
    if (clues.told != Told::alive) continue;
    const Belief belief = believe(clues);
    CHECK((belief == Belief::told || belief == Belief::record));
    if (belief == Belief::record && !clues.told_recorded) CHECK(clues.recorded.is_free());
  }
}

TEST_CASE("a process here that some file names never gets a second copy beside it") {
  for (Clues clues : all_clues()) {
    if (clues.told != Told::unknown) continue;
    const bool by_record =
        clues.record >= Record::elsewhere && clues.recorded.is_free() && clues.recorded.here;
    const bool by_name = clues.record != Record::elsewhere && clues.named.is_free() &&
                         clues.named.here && !clues.recorded.alive;
    if (by_record || by_name) CHECK(believe(clues) != Belief::nothing);
  }
}

TEST_CASE("nothing waits where svscan knows what runs, or the state can be read") {
  for (const Clues& clues : all_clues()) {
    if (believe(clues) != Belief::wait) continue;
    CHECK(clues.told == Told::unknown);
    CHECK((clues.record == Record::missing || clues.record == Record::damaged ||
           clues.record == Record::elsewhere));
    CHECK((clues.suspect || clues.named.is_free()));
  }
}

TEST_CASE("what a supervisor finds in the usual cases") {
  CHECK(believe({}) == Belief::nothing);
  CHECK(believe({.record = Record::bound, .recorded = free_here}) == Belief::record);
  // A service may change its directory.
  CHECK(believe({.record = Record::bound, .recorded = free_elsewhere}) == Belief::record);
  CHECK(believe({.record = Record::bound}) == Belief::record);
  CHECK(believe({.record = Record::unbound, .recorded = free_elsewhere}) == Belief::record);
  CHECK(believe({.record = Record::over}) == Belief::nothing);
}

TEST_CASE("a copy begins afresh") {
  CHECK(believe({.record = Record::elsewhere, .recorded = supervised}) == Belief::nothing);
  CHECK(believe({.record = Record::elsewhere, .recorded = free_elsewhere}) == Belief::nothing);
  CHECK(believe({.record = Record::elsewhere}) == Belief::nothing);
  // Before 0.3.0 the state did not say where it was written.
  CHECK(believe({.record = Record::unbound, .recorded = supervised}) == Belief::nothing);
}

TEST_CASE("a state directory that was moved to another file system is believed") {
  CHECK(believe({.record = Record::elsewhere, .recorded = free_here}) == Belief::record);
}

TEST_CASE("an older state does not hide what runs") {
  CHECK(believe({.record = Record::bound, .told = Told::alive}) == Belief::told);
  CHECK(believe({.record = Record::bound, .named = free_here}) == Belief::named);
  CHECK(believe({.record = Record::over, .named = free_here}) == Belief::named);
  CHECK(believe({.record = Record::elsewhere, .suspect = true}) == Belief::wait);
}

TEST_CASE("a state that was written just before the supervisor was killed is newer than svscan's") {
  CHECK(believe({.record = Record::bound, .recorded = free_here, .told = Told::nothing}) ==
        Belief::record);
  CHECK(believe({.record = Record::bound, .told = Told::nothing}) == Belief::record);
}

TEST_CASE("where the state fails, what else is known counts") {
  const Record record = GENERATE(Record::missing, Record::damaged);
  CHECK(believe({.record = record, .told = Told::alive}) == Belief::told);
  CHECK(believe({.record = record, .told = Told::nothing, .suspect = true}) == Belief::nothing);
  CHECK(believe({.record = record, .named = free_here}) == Belief::named);
  CHECK(believe({.record = record, .named = free_elsewhere}) == Belief::wait);
  CHECK(believe({.record = record, .named = supervised}) == Belief::nothing);
  CHECK(believe({.record = record, .suspect = true}) == Belief::wait);
  CHECK(believe({.record = record}) == Belief::nothing);
}
