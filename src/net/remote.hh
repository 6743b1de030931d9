// SPDX-License-Identifier: ISC
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/fd.hh"

namespace stoker {

// An IPv4 or IPv6 address and a port.
struct RemoteAddress {
  sockaddr_storage address{};
  socklen_t size = 0;
};

// "192.0.2.1", "192.0.2.1:514", "[2001:db8::1]:514", "2001:db8::1"; the port is
// syslog's, 514, where none is given. Empty for anything else.
std::optional<RemoteAddress> parse_remote(std::string_view text);

// Sends datagrams. Keeps its socket, and never waits.
class Remote {
 public:
  void set_address(const std::optional<RemoteAddress>& address);
  explicit operator bool() const { return address_.has_value(); }

  // Sends one datagram of these parts; parts may be empty. Returns null, or on failure the
  // words that runit puts in front of the line.
  const char* send(std::initializer_list<std::string_view> parts);

 private:
  std::optional<RemoteAddress> address_;
  Fd socket_;
};

}  // namespace stoker
