// SPDX-License-Identifier: ISC
#include <sys/socket.h>

#include "await/network.hh"
#include "net/netlink_socket.hh"

namespace stoker {

// See rtnetlink(7): links, and addresses of IPv4 and IPv6.
Fd watch_network() {
  constexpr uint32_t links = 0x1, addresses_4 = 0x10, addresses_6 = 0x100;
  constexpr int route = 0;
  Fd made(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, route));
  if (made && !bind_netlink(made.get(), links | addresses_4 | addresses_6)) made.reset();
  return made;
}

void drain_network(int fd) {
  char message[4096];
  // ENOBUFS, too, means that something has changed.
  for (int reads = 0; reads < 64 && recv(fd, message, sizeof message, 0) > 0; ++reads) {
  }
}

Moment network_looks(const Fd& watch) { return watch ? never : 1s; }

}  // namespace stoker
