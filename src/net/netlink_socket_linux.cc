// SPDX-License-Identifier: ISC
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "net/netlink_socket.hh"

namespace stoker {

namespace {

// As in linux/netlink.h, which a C library need not bring along.
struct NetlinkAddress {
  unsigned short family = AF_NETLINK, padding = 0;
  uint32_t port = 0, groups = 0;
};

constexpr int most_old_groups = 32;

ListenSocket failure(std::string_view what, const SocketSpec& spec) {
  ListenSocket none;
  none.error = errno;
  none.trouble.append("unable to ", what, " ", spec.address);
  return none;
}

}  // namespace

bool bind_netlink(int fd, uint32_t groups) {
  NetlinkAddress address;
  address.groups = groups;
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// Groups are numbered from 1, as in systemd.
ListenSocket make_socket_of_netlink(const SocketSpec& spec) {
  constexpr int level = 270, add_membership = 1;  // SOL_NETLINK, NETLINK_ADD_MEMBERSHIP
  ListenSocket made;
  made.fd = Fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, spec.family));
  if (!made.fd) return failure("create a socket for", spec);
  const bool old = spec.group > 0 && spec.group <= most_old_groups;
  const int fd = made.fd.get();
  if (!bind_netlink(fd, old ? 1U << static_cast<unsigned>(spec.group - 1) : 0))
    return failure("bind to", spec);
  if (spec.group > most_old_groups &&
      setsockopt(fd, level, add_membership, &spec.group, sizeof spec.group) != 0)
    return failure("join", spec);
  return made;
}

bool is_netlink_of(int fd, const RemoteAddress& bound, const SocketSpec& spec) {
  int family = -1;
  socklen_t size = sizeof family;
  return bound.address.ss_family == AF_NETLINK &&
         getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &family, &size) == 0 && family == spec.family;
}

}  // namespace stoker
