// SPDX-License-Identifier: ISC
#include "chain/credentials.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a credential has an id, which is a file name, and a path or a text") {
  CHECK(parse_loaded_credential("key:/etc/key")->id == "key");
  CHECK(std::string(parse_loaded_credential("key:/etc/key")->content) == "/etc/key");
  CHECK(parse_loaded_credential("key")->source == Credential::Source::stored);
  CHECK(std::string(parse_set_credential("key:a:b")->content) == "a:b");
  CHECK(std::string(parse_set_credential("key:")->content) == "");
  CHECK_FALSE(parse_set_credential("key"));
  for (const std::string bad : {"", ":", ":x", ".:x", "..:x", "a/b:x", "/a:x"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_loaded_credential(bad.c_str()));
    CHECK_FALSE(parse_set_credential(bad.c_str()));
  }
  CHECK_FALSE(parse_loaded_credential("key:"));
  CHECK_FALSE(parse_set_credential((std::string(256, 'k') + ":x").c_str()));
}
