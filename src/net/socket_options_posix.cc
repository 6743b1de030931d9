// SPDX-License-Identifier: ISC
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "net/socket_options.hh"

namespace stoker {

namespace {

using enum SocketOption;

struct Setting {
  SocketOption option;
  int level, name;
};

constexpr Setting known[] = {
    {keep_alive, SOL_SOCKET, SO_KEEPALIVE}, {no_delay, IPPROTO_TCP, TCP_NODELAY},
    {broadcast, SOL_SOCKET, SO_BROADCAST},  {receive_buffer, SOL_SOCKET, SO_RCVBUF},
    {send_buffer, SOL_SOCKET, SO_SNDBUF},
};

// These are for the opener.
constexpr SocketOption others[] = {owner, backlog, mode, directory_mode, v6only};

bool apply(int fd, SocketOption option, int value) {
  for (const Setting& setting : known)
    if (setting.option == option)
      return setsockopt(fd, setting.level, setting.name, &value, sizeof value) == 0;
  for (const SocketOption other : others)
    if (other == option) return true;
  errno = ENOTSUP;
  return false;
}

}  // namespace

std::optional<SocketOption> apply_options(int fd, const SocketOptions& options, bool) {
  for (size_t at = 0; at < socket_option_count; ++at) {
    const auto option = static_cast<SocketOption>(at);
    if (options.has(option) && !apply(fd, option, options.number(option))) return option;
  }
  return {};
}

}  // namespace stoker
