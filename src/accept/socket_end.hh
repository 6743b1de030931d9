// SPDX-License-Identifier: ISC
// One end of a connection, in the words that programs and logs use. Pure.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "base/text.hh"

namespace stoker {

enum class EndFamily : uint8_t { v4, v6, local };

// What connections of one client have in common: an address, or a user.
struct PeerKey {
  std::array<uint8_t, 16> bytes{};
  bool operator==(const PeerKey&) const = default;
};

struct SocketEnd {
  EndFamily family = EndFamily::local;
  bool any = false;    // the address is that of no interface: 0.0.0.0, ::
  uint16_t port = 0;   // not of local ones
  uint32_t zone = 0;   // the interface of a link-local address
  in6_addr address{};  // IPv4 addresses are mapped; not of local ones
  Text<110> text;      // the address; the path of local ones, `@name` if abstract, may be empty
};

// In the usual form; of IPv4, a mapped one.
Text<INET6_ADDRSTRLEN> address_text(const in6_addr& address, EndFamily family);

// IPv4 addresses that are mapped into IPv6 become IPv4 addresses.
SocketEnd describe_end(const sockaddr_storage& address, socklen_t size);

PeerKey key_of(const SocketEnd& end);
PeerKey key_of_user(uid_t user);

}  // namespace stoker
