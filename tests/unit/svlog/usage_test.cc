// SPDX-License-Identifier: ISC
#include "svlog/usage.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("sizes are printed in units of 1024") {
  CHECK(log_size_text(0).view() == "0B");
  CHECK(log_size_text(1023).view() == "1023B");
  CHECK(log_size_text(8192).view() == "8.0K");
  CHECK(log_size_text((16 << 20) + (1 << 19)).view() == "16.5M");
}
