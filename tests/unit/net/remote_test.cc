// SPDX-License-Identifier: ISC
#include "net/remote.hh"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string shown(std::string_view text) {
  const auto remote = parse_remote(text);
  if (!remote) return "bad";
  char host[INET6_ADDRSTRLEN] = {};
  uint16_t port = 0;
  if (remote->address.ss_family == AF_INET) {
    sockaddr_in address{};
    memcpy(&address, &remote->address, sizeof address);
    inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
    port = ntohs(address.sin_port);
  } else {
    sockaddr_in6 address{};
    memcpy(&address, &remote->address, sizeof address);
    inet_ntop(AF_INET6, &address.sin6_addr, host, sizeof host);
    port = ntohs(address.sin6_port);
  }
  return std::string(host) + " " + std::to_string(port);
}

}  // namespace

TEST_CASE("an address has the syslog port unless it names another") {
  CHECK(shown("192.0.2.1") == "192.0.2.1 514");
  CHECK(shown("192.0.2.1:1514") == "192.0.2.1 1514");
  CHECK(shown("2001:db8::1") == "2001:db8::1 514");
  CHECK(shown("[2001:db8::1]") == "2001:db8::1 514");
  CHECK(shown("[2001:db8::1]:1514") == "2001:db8::1 1514");
}

TEST_CASE("an invalid address is refused") {
  for (const char* const text :
       {"", "1.2.3", "1.2.3.4.5", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:x",
        "localhost", "[", "[]", "[::1", "[::1]:", "[::1]x", ":514",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee:ffff"})
    CHECK(shown(text) == "bad");
}
