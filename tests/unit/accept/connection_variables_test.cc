// SPDX-License-Identifier: ISC
#include "accept/connection_variables.hh"

#include <map>
#include <memory>
#include <string>

#include "catch.hh"
#include "made_client.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using Variables = std::map<std::string, std::string>;

Variables variables_of(const ServedClient& client, const VariableSettings& settings) {
  const auto environment = std::make_unique<ChildEnvironment>();
  char* const none[] = {nullptr};
  REQUIRE(environment->prepare(none, [](std::string_view) { return true; }));
  add_connection_variables(*environment, client, settings);
  Variables all;
  for (char* const* entry = environment->entries(); *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const size_t equals = text.find('=');
    CHECK(all.emplace(text.substr(0, equals), text.substr(equals + 1)).second);
  }
  return all;
}

}  // namespace

TEST_CASE("tcpserver and tcpsvd set the variables of UCSPI and no others") {
  const Variables expected = {{"PROTO", "TCP"},
                              {"TCPLOCALIP", "192.0.2.9"},
                              {"TCPLOCALPORT", "80"},
                              {"TCPREMOTEIP", "192.0.2.1"},
                              {"TCPREMOTEPORT", "4000"}};
  CHECK(variables_of(inet_client(), {ServerName::tcpserver}) == expected);
  CHECK(variables_of(inet_client(), {ServerName::tcpsvd}) == expected);
  Variables more = expected;
  more["TCPCONCURRENCY"] = "1";
  more["TCPLOCALHOST"] = "me";
  CHECK(variables_of(inet_client(), {ServerName::tcpsvd, true, "me", true}) == more);
}

TEST_CASE("accept also sets those of systemd and the count of s6") {
  const Variables all = variables_of(inet_client(), {});
  CHECK(all.at("REMOTE_ADDR") == "192.0.2.1");
  CHECK(all.at("REMOTE_PORT") == "4000");
  CHECK(all.at("TCPCONNNUM") == "1");
  CHECK(all.count("TCPLOCALHOST") == 0);
  CHECK(all.count("TCPREMOTEHOST") == 0);
}

TEST_CASE("a client with IPv6 has the variables of both names") {
  const Variables all =
      variables_of(inet_client("2001:db8::1", "2001:db8::2"), {ServerName::tcpserver, true, "0"});
  CHECK(all == Variables{{"PROTO", "TCP6"},
                         {"TCPLOCALHOST", "0"},
                         {"TCPLOCALIP", "2001:db8::2"},
                         {"TCPLOCALPORT", "80"},
                         {"TCPREMOTEIP", "2001:db8::1"},
                         {"TCPREMOTEPORT", "4000"},
                         {"TCP6LOCALHOST", "0"},
                         {"TCP6LOCALIP", "2001:db8::2"},
                         {"TCP6LOCALPORT", "80"},
                         {"TCP6REMOTEIP", "2001:db8::1"},
                         {"TCP6REMOTEPORT", "4000"}});
  CHECK(variables_of(inet_client("::ffff:192.0.2.1"), {}).at("PROTO") == "TCP");
}

TEST_CASE("a local client is known by user, group and process") {
  const Variables s6 = {{"PROTO", "IPC"},
                        {"IPCREMOTEEUID", "1000"},
                        {"IPCREMOTEEGID", "100"},
                        {"IPCREMOTEPATH", ""},
                        {"IPCCONNNUM", "1"}};
  CHECK(variables_of(local_client(), {ServerName::s6_ipcserver}) == s6);
  Variables ours = s6;
  ours["IPCREMOTEPID"] = ours["UNIXREMOTEPID"] = "77";
  ours["IPCLOCALPATH"] = ours["UNIXLOCALPATH"] = "/run/x";
  ours["UNIXREMOTEPATH"] = "";
  ours["UNIXREMOTEEUID"] = "1000";
  ours["UNIXREMOTEEGID"] = "100";
  CHECK(variables_of(local_client(), {}) == ours);

  ServedClient unknown = local_client();
  unknown.credentials.reset();
  CHECK(variables_of(unknown, {ServerName::s6_ipcserver}) ==
        Variables{{"PROTO", "IPC"}, {"IPCREMOTEPATH", ""}, {"IPCCONNNUM", ""}});
}

TEST_CASE("without variables there are none") {
  CHECK(variables_of(inet_client(), {ServerName::tcpsvd, false}).empty());
}

TEST_CASE("a program inherits nothing that speaks of another connection or of sockets") {
  const VariableSettings usual, none{ServerName::accept, false};
  for (const char* const name :
       {"PROTO", "TCPREMOTEIP", "TCPREMOTEHOST", "TCPREMOTEINFO", "TCP6LOCALPORT", "IPCREMOTEEUID",
        "UNIXREMOTEPID", "REMOTE_ADDR"}) {
    CHECK_FALSE(is_inherited(name, usual));
    CHECK(is_inherited(name, none));
  }
  for (const char* const name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"}) {
    CHECK_FALSE(is_inherited(name, usual));
    CHECK_FALSE(is_inherited(name, none));
  }
  for (const char* const name : {"PATH", "LISTEN_FDS_OTHER", "TCP", "NOTIFY_SOCKET"})
    CHECK(is_inherited(name, usual));
}
