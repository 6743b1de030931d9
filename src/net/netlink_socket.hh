// SPDX-License-Identifier: ISC
#pragma once
#include "net/listen_socket.hh"

namespace stoker {

// Only Linux has these.
ListenSocket make_socket_of_netlink(const SocketSpec& spec);
// Binds to the groups of a mask, as the old form of bind(2) has it. False with errno.
bool bind_netlink(int fd, uint32_t groups);
bool is_netlink_of(int fd, const RemoteAddress& bound, const SocketSpec& spec);

}  // namespace stoker
