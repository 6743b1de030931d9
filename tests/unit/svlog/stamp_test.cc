// SPDX-License-Identifier: ISC
#include "svlog/stamp.hh"

#include "catch.hh"

using namespace stoker;

namespace {

constexpr int64_t morning = 1795338830;  // 2026-11-22 09:13:50 UTC

bool has_stamp(std::string_view line, int64_t since_1970, uint32_t nanoseconds, size_t size) {
  const LineStamp stamp = stamp_of(line);
  return stamp.time == label_of(since_1970, nanoseconds) && stamp.size == size && !stamp.local;
}

}  // namespace

TEST_CASE("the reader knows the loggers' time stamps") {
  CHECK(has_stamp("@400000006b02b25818ba0a6c one", morning, 414845548, 26));
  CHECK(has_stamp("2026-11-22_09:13:50.97618 one", morning, 976180000, 26));
  CHECK(has_stamp("2026-11-22T09:13:50.97618 one", morning, 976180000, 26));
  CHECK(has_stamp("1795338830.976189 one", morning, 976189000, 18));
}

TEST_CASE("every form of our own stamps is read back") {
  const Tai64n time = label_of(morning, 976189000);
  for (const StampForm form : {StampForm::tai64n, StampForm::seconds}) {
    Stamper stamper(form);
    const std::string stamp(stamper.stamp(time));
    CHECK(has_stamp(stamp + "x", morning, 976189000, stamp.size()));
  }
  for (const StampForm form : {StampForm::utc, StampForm::utc_with_t}) {
    Stamper stamper(form);
    const std::string stamp(stamper.stamp(time));
    CHECK(has_stamp(stamp + "x", morning, 976180000, stamp.size()));
  }
}

TEST_CASE("a stamp may contain its zone") {
  CHECK(has_stamp("2026-11-22T10:13:50.5+01:00 one", morning, 500000000, 28));
  CHECK(has_stamp("2026-11-22 05:43:50-0330 one", morning, 0, 25));
  CHECK(has_stamp("2026-11-22T09:13:50Z one", morning, 0, 21));
}

TEST_CASE("without a zone, a blank between date and time means local time") {
  const LineStamp stamp = stamp_of("2026-11-22 09:13:50.976189000  one");
  CHECK(stamp.local);
  CHECK(stamp.size == 31);
  CHECK(stamp.time == label_of(morning, 976189000));
}

TEST_CASE("an empty line has only its stamp") {
  CHECK(stamp_of("@400000006b02b25818ba0a6c").size == 25);
  CHECK(stamp_of("@400000006b02b25818ba0a6c ").size == 26);
  CHECK(stamp_of("2026-11-22_09:13:50.97618 ").size == 26);
}

TEST_CASE("text that only resembles a stamp is not a stamp") {
  for (const char* const line :
       {"", "@", "@400000006b02b25818ba0a6", "@400000006b02b25818ba0a6cx", "one",
        "@400000006b02b2583b9aca00 too many nanoseconds", "2026-13-22_09:13:50.97618 one",
        "2026-11-32_09:13:50.97618 one", "2026-11-22_24:13:50.97618 one", "2026-11-22 one",
        "2026-11-22_09:13:50.97618one", "2026-11-22_09:13:50. one", "3.141592 is no time",
        "1795338830.97618 one", "1795338830.9761890 one", "1795338830.976189one",
        "1795338830976189 one", "123456789012345678901234567890.123456 one"}) {
    INFO(line);
    CHECK(stamp_of(line).size == 0);
  }
}

TEST_CASE("a fraction may have any number of digits") {
  std::string_view text = ".1234567891234 x";
  CHECK(take_fraction(text) == 123456789U);
  CHECK(text == " x");
  text = "x";
  CHECK(take_fraction(text) == 0U);
  text = ".x";
  CHECK_FALSE(take_fraction(text));
}
