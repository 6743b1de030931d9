// SPDX-License-Identifier: ISC
#include "logdir/archive.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr Tai64n noon{Tai64n::epoch + 1795338830, 5};

std::vector<std::string> oldest(const Census& census) {
  std::vector<std::string> names;
  for (const ArchiveName& name : census.oldest()) names.emplace_back(name.view());
  return names;
}

}  // namespace

TEST_CASE("an old log is named by its label and a code") {
  CHECK(archive_name({Tai64n::epoch, 0xabc}, "s").view() == "@400000000000000a00000abc.s");
  CHECK(archive_name(noon, archive::unfinished).size() == 27);
}

TEST_CASE("a name gives back its label and its code") {
  const ArchiveName name = archive_name(noon, "u");
  CHECK(archive_stamp(name) == noon);
  CHECK(archive_code(name) == "u");
  CHECK(archive_code(archive_name(noon, "gz")) == "gz");
}

TEST_CASE("other names are not old logs") {
  for (const char* const name :
       {"", "current", "@", "400000000000000a00000abc.s", "@400000000000000a00000ab",
        "@400000000000000a00000abg.s", "@400000000000000a00000abcxs"})
    CHECK_FALSE(archive_stamp(name));
  CHECK_FALSE(archive_stamp(std::string(archive_name(noon, "s").view()) + std::string(60, 'x')));
}

TEST_CASE("a label is the time, or follows the newest one if the clock stands or went back") {
  CHECK(next_archive_stamp({}, noon) == noon);
  CHECK(next_archive_stamp(noon, noon) == Tai64n{noon.seconds, 6});
  CHECK(next_archive_stamp(noon, {Tai64n::epoch, 0}) == Tai64n{noon.seconds, 6});
  CHECK(next_archive_stamp({noon.seconds, 999999999}, noon) == Tai64n{noon.seconds + 1, 0});
  CHECK(next_archive_stamp({noon.seconds, UINT32_MAX}, noon) == Tai64n{noon.seconds + 1, 0});
}

TEST_CASE("labels stay unique and in order while the clock jumps between 1970 and 2038") {
  Tai64n newest;
  std::string last;
  for (int i = 0; i < 100; ++i) {
    const Tai64n clock{Tai64n::epoch + (i % 7 < 3 ? 0U : 2147483648U) + i % 5, 0};
    newest = next_archive_stamp(newest, clock);
    const std::string name(archive_name(newest, "s").view());
    CHECK(last < name);
    last = name;
  }
}

TEST_CASE("the last possible label does not wrap to the first") {
  CHECK(next_archive_stamp({UINT64_MAX, 999999999}, noon) == noon);
}

TEST_CASE("a census counts old logs and finds the newest and the oldest") {
  Census census;
  for (const char* const name : {"current", "lock", "state", "@zz"}) census.add(name);
  CHECK(census.count() == 0);
  CHECK(census.newest() == Tai64n{});
  CHECK(census.oldest().empty());

  const std::vector<uint32_t> order = {7, 3, 9, 1, 5};
  for (const uint32_t at : order) census.add(archive_name({noon.seconds, at}, "s"));
  CHECK(census.count() == 5);
  CHECK(census.newest() == Tai64n{noon.seconds, 9});
  std::vector<std::string> expected;
  for (const uint32_t at : {1U, 3U, 5U, 7U, 9U})
    expected.emplace_back(archive_name({noon.seconds, at}, "s").view());
  CHECK(oldest(census) == expected);
}

TEST_CASE("svlogd counts names with one letter only, multilog all") {
  const std::string label = std::string(archive_name(noon, "").view().substr(0, 25));
  Census one, any(Counted::any);
  for (const char* const end : {"", ".", ".s", ".u", ".gz", ".log"}) {
    one.add(label + end);
    any.add(label + end);
  }
  CHECK(one.count() == 2);
  CHECK(any.count() == 6);
  CHECK(one.newest() == noon);
}

TEST_CASE("a census of many keeps the oldest only") {
  Census census;
  for (uint32_t i = 0; i < 1000; ++i)
    census.add(archive_name({noon.seconds, (i * 389) % 1000}, "s"));
  CHECK(census.count() == 1000);
  REQUIRE(census.oldest().size() == Census::room);
  for (uint32_t i = 0; i < Census::room; ++i)
    CHECK(archive_stamp(census.oldest()[i]) == Tai64n{noon.seconds, i});
}

TEST_CASE("protected old logs are counted, too") {
  Census census;
  census.add(archive_name(noon, "u"), false);
  CHECK(census.count() == 1);
  CHECK(census.newest() == noon);
  CHECK(census.oldest().empty());
}
