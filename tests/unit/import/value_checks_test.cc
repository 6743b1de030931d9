// SPDX-License-Identifier: ISC
#include "import/value_checks.hh"

#include "catch.hh"

using namespace stoker::importer;

namespace {

bool accepts(const char* key, const char* value) { return fault_of_value(key, value).empty(); }

}  // namespace

TEST_CASE("values that systemd ignores are known") {
  CHECK(fault_of_value("UMask", "0999") == "it is no mode in octal digits");
  CHECK(fault_of_value("Nice", "100") == "it is no number from -20 to 19");
  CHECK(fault_of_value("LimitNOFILE", "abc") == "it is no limit");
  CHECK(fault_of_value("LimitNOFILE", "20:10") == "the soft limit is above the hard one");
  CHECK(fault_of_value("KeyringMode", "own") == "it is none of inherit private shared");
  CHECK(!accepts("OOMScoreAdjust", "1001"));
  CHECK(!accepts("CPUSchedulingPriority", "0"));
  CHECK(!accepts("IOSchedulingPriority", "8"));
  CHECK(!accepts("IOSchedulingClass", "fast"));
  CHECK(!accepts("StateDirectoryMode", "rwx"));
  CHECK(!accepts("LimitNICE", "+20"));
  CHECK(!accepts("LimitAS", "1s"));
  CHECK(!accepts("LimitNOFILE", "1:2:3"));
  CHECK(!accepts("LimitNOFILE", "64K"));
}

TEST_CASE("values that systemd accepts are not refused") {
  CHECK(accepts("UMask", "0077"));
  CHECK(accepts("UMask", "22"));
  CHECK(accepts("Nice", "-20"));
  CHECK(accepts("Nice", "+5"));
  CHECK(accepts("OOMScoreAdjust", "-1000"));
  CHECK(accepts("LimitNOFILE", "1024:524288"));
  CHECK(accepts("LimitNOFILE", "infinity"));
  CHECK(accepts("LimitMEMLOCK", "64M"));
  CHECK(accepts("LimitCPU", "1min"));
  CHECK(accepts("LimitRTTIME", "200ms:1s"));
  CHECK(accepts("LimitNICE", "-5"));
  CHECK(accepts("LimitNICE", "20"));
  CHECK(accepts("SocketMode", "0660"));
  CHECK(accepts("CPUSchedulingPolicy", "rr"));
  CHECK(accepts("ProtectProc", "invisible"));
  CHECK(accepts("Description", "anything"));
}
