// SPDX-License-Identifier: ISC
#include "accept/rule_names.hh"

#include <string>
#include <vector>

#include "catch.hh"
#include "made_client.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::vector<std::string> names_of(const ServedClient& client, RuleForm form) {
  std::vector<std::string> all;
  RuleNames names(client, form);
  for (RuleName name = names.next(); !name.empty(); name = names.next())
    all.emplace_back(name.view());
  return all;
}

}  // namespace

TEST_CASE("in the form of ipsvd, parts of an address are cut off until all clients are left") {
  CHECK(names_of(inet_client(), RuleForm::ipsvd) ==
        std::vector<std::string>{"192.0.2.1", "192.0.2", "192.0", "192", "0"});
  CHECK(names_of(inet_client("2001:db8::a:1"), RuleForm::ipsvd) ==
        std::vector<std::string>{"2001:db8::a:1", "2001:db8:0:0:0:0:a", "2001:db8:0:0:0:0",
                                 "2001:db8:0:0:0", "2001:db8:0:0", "2001:db8:0", "2001:db8", "2001",
                                 "0"});
  CHECK(names_of(local_client(), RuleForm::ipsvd) ==
        std::vector<std::string>{"uid:1000", "gid:100", "0"});
}

TEST_CASE("in the form of s6, bits of an address are cut off") {
  const auto v4 = names_of(inet_client("192.0.2.255"), RuleForm::s6);
  REQUIRE(v4.size() == 33);
  CHECK(v4[0] == "ip4/192.0.2.255_32");
  CHECK(v4[1] == "ip4/192.0.2.254_31");
  CHECK(v4[8] == "ip4/192.0.2.0_24");
  CHECK(v4[9] == "ip4/192.0.2.0_23");
  CHECK(v4[32] == "ip4/0.0.0.0_0");
  const auto v6 = names_of(inet_client("2001:db8::ffff"), RuleForm::s6);
  REQUIRE(v6.size() == 129);
  CHECK(v6[0] == "ip6/2001:db8::ffff_128");
  CHECK(v6[8] == "ip6/2001:db8::ff00_120");
  CHECK(v6[96] == "ip6/2001:db8::_32");
  CHECK(v6[128] == "ip6/::_0");
  CHECK(names_of(local_client(), RuleForm::s6) ==
        std::vector<std::string>{"uid/1000", "gid/100", "uid/default"});
}

TEST_CASE("of a local client that is not known, only the rule for all applies") {
  ServedClient unknown = local_client();
  unknown.credentials.reset();
  CHECK(names_of(unknown, RuleForm::ipsvd) == std::vector<std::string>{"0"});
  for (const std::string& name : names_of(unknown, RuleForm::s6)) CHECK(name == "uid/default");
}
