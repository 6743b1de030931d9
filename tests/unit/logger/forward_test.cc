// SPDX-License-Identifier: ISC
#include "logger/forward.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("lines are sent by UDP, TCP or a local socket, with a priority and a name") {
  const auto plain = parse_forward("udp:192.0.2.1");
  REQUIRE(plain);
  CHECK(plain->transport == Transport::udp);
  CHECK(plain->priority == 30);
  CHECK(plain->name.empty());
  const auto full = parse_forward("tcp:[2001:db8::1]:601  local0.notice  the web ");
  REQUIRE(full);
  CHECK(full->transport == Transport::tcp);
  CHECK(full->priority == 133);
  CHECK(full->name == "the web");
  const auto local = parse_forward("unix:/dev/log");
  REQUIRE(local);
  CHECK(local->transport == Transport::local);
  for (const std::string text : {"", "192.0.2.1", "udp:", "udp:host", "tcp:1.2.3.4:0",
                                 "unix:", "unix", "udp:1.2.3.4 info", "UDP:1.2.3.4"})
    CHECK_FALSE(parse_forward(text));
  CHECK_FALSE(parse_forward("unix:/" + std::string(200, 'x')));
}
