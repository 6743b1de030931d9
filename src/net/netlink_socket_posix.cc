// SPDX-License-Identifier: ISC
#include <cerrno>

#include "net/netlink_socket.hh"

namespace stoker {

ListenSocket make_socket_of_netlink(const SocketSpec& spec) {
  ListenSocket none;
  none.error = ENOTSUP;
  none.trouble.append("unable to create a socket for ", spec.address);
  return none;
}

bool bind_netlink(int, uint32_t) {
  errno = ENOTSUP;
  return false;
}

bool is_netlink_of(int, const RemoteAddress&, const SocketSpec&) { return false; }

Text<64> holder_of(const SocketSpec&) { return {}; }

}  // namespace stoker
