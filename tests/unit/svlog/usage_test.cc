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

TEST_CASE("sizes are read with the units of systemd and those of loggers") {
  CHECK(parse_bytes("0") == 0);
  CHECK(parse_bytes("100") == 100);
  CHECK(parse_bytes("2K") == 2048);
  CHECK(parse_bytes("64k") == 65536);
  CHECK(parse_bytes("1GB") == 1 << 30);
  CHECK(parse_bytes("3t") == uint64_t{3} << 40);
  CHECK(parse_bytes("18446744073709551615") == UINT64_MAX);
  for (const char* const text : {"", "G", "B", "x", "-1", "1.5G", "1KK", "99999999999T"}) {
    INFO(text);
    CHECK_FALSE(parse_bytes(text));
  }
}
