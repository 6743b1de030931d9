// SPDX-License-Identifier: ISC
#include "sv/accounts.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string fault(std::string_view text) {
  return std::string(
      fault_of_account(text, "root:x:0:0::/:\nwww-data:x:33:33::/:\n", "root:x:0:\ntape:x:26:\n")
          .view());
}

}  // namespace

TEST_CASE("a user or group without an entry is a fault") {
  CHECK(fault("root").empty());
  CHECK(fault("www-data:tape:root").empty());
  CHECK(fault("root:").empty());
  CHECK(fault("www") == " names an unknown user: www");
  CHECK(fault("root:www-data") == " names an unknown group: www-data");
  CHECK(fault("nobdy:tape") == " names an unknown user: nobdy");
}

TEST_CASE("numbers need no entry") {
  CHECK(fault(":1000:1000").empty());
  CHECK(fault("").empty());
}

TEST_CASE("where other sources than files are in use, a file does not tell") {
  CHECK(uses_files_only(""));
  CHECK(uses_files_only("passwd: files systemd\ngroup:\tfiles [SUCCESS=merge] systemd # ldap\n"));
  CHECK(uses_files_only("hosts: dns\nshadow: ldap\n"));
  CHECK_FALSE(uses_files_only("passwd: files ldap\n"));
  CHECK_FALSE(uses_files_only("passwd: files\ngroup: sss files\n"));
}
