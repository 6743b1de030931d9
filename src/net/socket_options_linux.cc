// SPDX-License-Identifier: ISC
#include <net/if.h>
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

// Flags and numbers that the kernel takes as they are.
constexpr Setting plain[] = {
    {reuse_port, SOL_SOCKET, SO_REUSEPORT},
    {keep_alive, SOL_SOCKET, SO_KEEPALIVE},
    {keep_alive_time, IPPROTO_TCP, TCP_KEEPIDLE},
    {keep_alive_interval, IPPROTO_TCP, TCP_KEEPINTVL},
    {keep_alive_probes, IPPROTO_TCP, TCP_KEEPCNT},
    {no_delay, IPPROTO_TCP, TCP_NODELAY},
    {defer_accept, IPPROTO_TCP, TCP_DEFER_ACCEPT},
    {fast_open, IPPROTO_TCP, TCP_FASTOPEN},
    {free_bind, IPPROTO_IP, IP_FREEBIND},
    {broadcast, SOL_SOCKET, SO_BROADCAST},
    {pass_credentials, SOL_SOCKET, SO_PASSCRED},
    {pass_security, SOL_SOCKET, SO_PASSSEC},
    {mark, SOL_SOCKET, SO_MARK},
    {priority, SOL_SOCKET, SO_PRIORITY},
};

// These have names of their own in IPv6. A socket of both families needs both.
struct InetSetting {
  SocketOption option;
  int v4, v6;
};
constexpr InetSetting inet[] = {
    {transparent, IP_TRANSPARENT, IPV6_TRANSPARENT},
    {pass_packet_info, IP_PKTINFO, IPV6_RECVPKTINFO},
    {ip_tos, IP_TOS, IPV6_TCLASS},
    {ip_ttl, IP_TTL, IPV6_UNICAST_HOPS},
};

bool set_number(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

bool set_text(int fd, int level, int name, std::string_view text) {
  return setsockopt(fd, level, name, text.data(), static_cast<socklen_t>(text.size())) == 0;
}

// Beyond the system's limit where that is permitted.
bool set_buffer(int fd, int name, int forced, int size) {
  return set_number(fd, SOL_SOCKET, forced, size) || set_number(fd, SOL_SOCKET, name, size);
}

bool set_timestamping(int fd, std::string_view text) {
  if (text == "off") return true;
  return set_number(fd, SOL_SOCKET, text.front() == 'n' ? SO_TIMESTAMPNS : SO_TIMESTAMP, 1);
}

bool set_inet(int fd, const InetSetting& setting, int value, bool is_v6) {
  if (is_v6 && !set_number(fd, IPPROTO_IPV6, setting.v6, value)) return false;
  // Of an IPv6 socket this concerns IPv4 alone.
  return set_number(fd, IPPROTO_IP, setting.v4, value) || is_v6;
}

bool set_netlink_packet_info(int fd) {
  constexpr int level = 270, packet_info = 3;  // SOL_NETLINK, NETLINK_PKTINFO
  return set_number(fd, level, packet_info, 1);
}

bool apply(int fd, SocketOption option, const SocketOptions& options, bool is_v6) {
  const int value = options.number(option);
  for (const Setting& setting : plain)
    if (setting.option == option) return set_number(fd, setting.level, setting.name, value);
  int domain = 0;
  socklen_t size = sizeof domain;
  getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  if (option == pass_packet_info && domain == AF_NETLINK) return set_netlink_packet_info(fd);
  for (const InetSetting& setting : inet)
    if (setting.option == option) return set_inet(fd, setting, value, is_v6);
  if (option == receive_buffer) return set_buffer(fd, SO_RCVBUF, SO_RCVBUFFORCE, value);
  if (option == send_buffer) return set_buffer(fd, SO_SNDBUF, SO_SNDBUFFORCE, value);
  if (option == bind_to_device)
    return set_text(fd, SOL_SOCKET, SO_BINDTODEVICE, options.text(option));
  if (option == tcp_congestion)
    return set_text(fd, IPPROTO_TCP, TCP_CONGESTION, options.text(option));
  return option != timestamping || set_timestamping(fd, options.text(option));
}

}  // namespace

std::optional<SocketOption> apply_options(int fd, const SocketOptions& options, bool is_v6) {
  for (size_t at = 0; at < socket_option_count; ++at) {
    const auto option = static_cast<SocketOption>(at);
    if (options.has(option) && !apply(fd, option, options, is_v6)) return option;
  }
  return {};
}

}  // namespace stoker
