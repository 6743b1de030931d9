// SPDX-License-Identifier: ISC
#include "logdir/stamp.hh"

#include <ctime>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

Tai64n at(int64_t since_1970, uint32_t nanoseconds = 0) {
  return {Tai64n::epoch + static_cast<uint64_t>(since_1970), nanoseconds};
}

std::string stamped(StampForm form, const Tai64n& time) {
  return std::string(Stamper(form).stamp(time));
}

}  // namespace

TEST_CASE("stamps look like runit's, with a blank after them") {
  const Tai64n time = at(1795338830, 976189999);
  CHECK(stamped(StampForm::none, time) == "");
  CHECK(stamped(StampForm::tai64n, time) == "@400000006b02b2583a2f7a2f ");
  CHECK(stamped(StampForm::utc, time) == "2026-11-22_09:13:50.97618 ");
  CHECK(stamped(StampForm::utc_with_t, time) == "2026-11-22T09:13:50.97618 ");
  CHECK(stamped(StampForm::seconds, time) == "1795338830.976189 ");
  CHECK(stamped(StampForm::seconds, at(7, 1000)) == "7.000001 ");
}

TEST_CASE("the fraction keeps its zeros") {
  CHECK(stamped(StampForm::utc, at(0, 10000)) == "1970-01-01_00:00:00.00001 ");
  CHECK(stamped(StampForm::utc, at(0, 9999)) == "1970-01-01_00:00:00.00000 ");
}

TEST_CASE("a used stamper gives the same stamps as a new one") {
  for (const StampForm form :
       {StampForm::tai64n, StampForm::utc, StampForm::utc_with_t, StampForm::seconds}) {
    Stamper stamper(form);
    Tai64n time = at(1795338830, 999999000);
    for (const uint64_t step :
         {0UL, 1UL, 1UL, 14UL, 1UL, 255UL, 1UL, 10000UL, 1UL, 999000000UL, 1UL}) {
      time = later_by(time, step);
      CHECK(std::string(stamper.stamp(time)) == stamped(form, time));
    }
    time = at(5, 6);  // the clock went back
    CHECK(std::string(stamper.stamp(time)) == stamped(form, time));
  }
}

TEST_CASE("consecutive nanoseconds carry in hexadecimal") {
  Stamper stamper(StampForm::tai64n);
  for (uint32_t fraction = 0x0ffff0; fraction < 0x100010; ++fraction) {
    const Tai64n time = at(1, fraction);
    const auto digits = time.hex();
    REQUIRE(stamper.stamp(time) == "@" + std::string(digits.data(), digits.size()) + " ");
  }
}

TEST_CASE("nanoseconds carry into seconds") {
  CHECK(later_by(at(7, 999999999), 1) == at(8, 0));
  CHECK(later_by(at(7, 1), 3000000000) == at(10, 1));
}

TEST_CASE("any clock value can be shown") {
  for (const Tai64n time : {Tai64n{0, 0}, Tai64n{UINT64_MAX, 999999999}, Tai64n{1ULL << 63, 0}})
    CHECK(stamped(StampForm::utc, time).size() == 26);
}
