// SPDX-License-Identifier: ISC
#include "accept/socket_end.hh"

#include "catch.hh"
#include "made_client.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("an IPv4 address is shown with dots, also if it is mapped into IPv6") {
  for (const char* const text : {"192.0.2.1", "::ffff:192.0.2.1"}) {
    const SocketEnd end = inet_end(text, 4000);
    CHECK(end.family == EndFamily::v4);
    CHECK(end.text.view() == "192.0.2.1");
    CHECK(end.port == 4000);
    CHECK_FALSE(end.any);
    CHECK(key_of(end) == key_of(inet_end("192.0.2.1", 1)));
  }
  CHECK_FALSE(key_of(inet_end("192.0.2.1", 1)) == key_of(inet_end("192.0.2.2", 1)));
}

TEST_CASE("an IPv6 address has its short form and its zone") {
  const SocketEnd end = inet_end("2001:0db8:0:0:0:0:0:1", 80, 3);
  CHECK(end.family == EndFamily::v6);
  CHECK(end.text.view() == "2001:db8::1");
  CHECK(end.zone == 3);
  CHECK_FALSE(end.any);
}

TEST_CASE("a socket on every address is known as such") {
  CHECK(inet_end("0.0.0.0", 80).any);
  CHECK(inet_end("::", 80).any);
  CHECK_FALSE(local_end("/run/x").any);
}

TEST_CASE("a local end has a path, an abstract name, or nothing") {
  CHECK(local_end("/run/x").text.view() == "/run/x");
  CHECK(local_end(std::string("/run/x\0", 7)).text.view() == "/run/x");
  CHECK(local_end("").text.view() == "");
  CHECK(local_end(std::string("\0web", 4)).text.view() == "@web");
  CHECK(local_end(std::string("\0a\0b", 4)).text.view() == "@a@b");
  CHECK(local_end(std::string(108, 'x')).text.view() == std::string(108, 'x'));
}
