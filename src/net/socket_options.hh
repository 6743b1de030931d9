// SPDX-License-Identifier: ISC
// The options of a socket in the file `listen`: one table, a row per word. The words are those of
// systemd.socket(5) in lower case. Pure, but for apply_options().
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.hh"

namespace stoker {

enum class SocketKind : uint8_t {
  tcp,
  udp,
  unix_stream,
  unix_datagram,
  unix_seqpacket,
  fifo,
  netlink,
  inherited,
};
constexpr size_t socket_kind_count = 8;

// As in the file: "tcp", "unix-dgram".
std::string_view word(SocketKind kind);
std::optional<SocketKind> socket_kind_from(std::string_view word);

constexpr bool is_unix(SocketKind kind) {
  return kind == SocketKind::unix_stream || kind == SocketKind::unix_datagram ||
         kind == SocketKind::unix_seqpacket;
}
constexpr bool is_inet(SocketKind kind) {
  return kind == SocketKind::tcp || kind == SocketKind::udp;
}

// Texts come first.
enum class SocketOption : uint8_t {
  owner,
  bind_to_device,
  tcp_congestion,
  timestamping,
  backlog,
  mode,
  directory_mode,
  reuse_port,
  v6only,
  keep_alive,
  keep_alive_time,
  keep_alive_interval,
  keep_alive_probes,
  no_delay,
  defer_accept,
  fast_open,
  free_bind,
  transparent,
  broadcast,
  pass_credentials,
  pass_security,
  pass_packet_info,
  mark,
  receive_buffer,
  send_buffer,
  ip_tos,
  ip_ttl,
  priority,  // which ip_tos changes, too
  pipe_size,
};
constexpr size_t socket_option_count = 29;
constexpr size_t text_option_count = 4;

// What the file says of one socket. Texts are parts of it.
class SocketOptions {
 public:
  bool has(SocketOption option) const { return (given_ >> index(option) & 1U) != 0; }
  // 1 for a flag; 0 if it is not given.
  int number(SocketOption option) const { return numbers_[index(option)]; }
  int number_or(SocketOption option, int otherwise) const {
    return has(option) ? number(option) : otherwise;
  }
  std::string_view text(SocketOption option) const { return texts_[index(option)]; }

  // Takes one word, "backlog=64". What is wrong with it; empty: nothing.
  using Fault = Text<300>;
  Fault take(std::string_view word, SocketKind kind);

 private:
  static constexpr size_t index(SocketOption option) { return static_cast<size_t>(option); }
  bool set(SocketOption option, std::string_view value);

  uint32_t given_ = 0;
  std::array<int, socket_option_count> numbers_{};
  std::array<std::string_view, text_option_count> texts_{};
};

// The word of an option, for messages.
std::string_view word(SocketOption option);

// Sets those that the kernel must know before the socket is bound. The one that could not be set;
// see errno.
std::optional<SocketOption> apply_options(int fd, const SocketOptions& options, bool is_v6);

}  // namespace stoker
