// SPDX-License-Identifier: ISC
#include "accept/socket_end.hh"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace stoker {

namespace {

template <typename Address>
Address unpack(const sockaddr_storage& address) {
  Address unpacked;
  memcpy(&unpacked, &address, sizeof unpacked);
  return unpacked;
}

SocketEnd describe_v4(const in_addr& address, in_port_t port) {
  SocketEnd end;
  end.family = EndFamily::v4;
  end.any = address.s_addr == INADDR_ANY;
  end.port = ntohs(port);
  end.address.s6_addr[10] = end.address.s6_addr[11] = 0xff;
  memcpy(end.address.s6_addr + 12, &address, sizeof address);
  end.text.append(address_text(end.address, end.family));
  return end;
}

SocketEnd describe_v6(const sockaddr_in6& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr)) {
    in_addr mapped{};
    memcpy(&mapped, address.sin6_addr.s6_addr + 12, sizeof mapped);
    return describe_v4(mapped, address.sin6_port);
  }
  SocketEnd end;
  end.family = EndFamily::v6;
  end.any = IN6_IS_ADDR_UNSPECIFIED(&address.sin6_addr) != 0;
  end.port = ntohs(address.sin6_port);
  end.zone = address.sin6_scope_id;
  end.address = address.sin6_addr;
  end.text.append(address_text(end.address, end.family));
  return end;
}

// A path may fill its array, and then has no NUL byte. An abstract name begins with one.
SocketEnd describe_local(const sockaddr_un& address, socklen_t size) {
  SocketEnd end;
  const size_t before = offsetof(sockaddr_un, sun_path);
  if (size <= before) return end;
  std::string_view path(address.sun_path, std::min(size_t{size} - before, sizeof address.sun_path));
  if (path.front() == '\0') {
    end.text.append('@');
    path.remove_prefix(1);
  } else {
    path = {path.data(), std::min(path.find('\0'), path.size())};
  }
  end.text.append(path);
  std::replace(end.text.data(), end.text.data() + end.text.size(), '\0', '@');
  return end;
}

}  // namespace

Text<INET6_ADDRSTRLEN> address_text(const in6_addr& address, EndFamily family) {
  char text[INET6_ADDRSTRLEN];
  const bool v4 = family == EndFamily::v4;
  const void* const bytes = v4 ? address.s6_addr + 12 : address.s6_addr;
  return Text<INET6_ADDRSTRLEN>(inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text, sizeof text));
}

SocketEnd describe_end(const sockaddr_storage& address, socklen_t size) {
  if (size >= sizeof(sockaddr_in) && address.ss_family == AF_INET) {
    const auto v4 = unpack<sockaddr_in>(address);
    return describe_v4(v4.sin_addr, v4.sin_port);
  }
  if (size >= sizeof(sockaddr_in6) && address.ss_family == AF_INET6)
    return describe_v6(unpack<sockaddr_in6>(address));
  return describe_local(unpack<sockaddr_un>(address), size);
}

PeerKey key_of(const SocketEnd& end) {
  PeerKey key;
  std::copy_n(end.address.s6_addr, key.bytes.size(), key.bytes.begin());
  return key;
}

PeerKey key_of_user(uid_t user) {
  PeerKey key;
  memcpy(key.bytes.data(), &user, sizeof user);
  return key;
}

}  // namespace stoker
