// SPDX-License-Identifier: ISC
#include "service/event.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("s6's listeners get s6's letters") {
  CHECK(letters_of_s6("suUdDx").view() == "suUdDx");
  CHECK(letters_of_s6("ccdcF").view() == "dOD");
  CHECK(letters_of_s6("dDF").view() == "dOD");
  CHECK(letters_of_s6("dD").view() == "dD");
  CHECK(letters_of_s6("c").view() == "");
}
