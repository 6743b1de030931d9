// SPDX-License-Identifier: ISC
#include "net/remote.hh"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "base/parse.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constexpr uint16_t syslog_port = 514;
constexpr size_t most_parts = 8;

using AddressText = Text<INET6_ADDRSTRLEN>;

// Cuts ":PORT" off the end; empty if the port is invalid.
std::optional<uint16_t> cut_port(std::string_view& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return syslog_port;
  const auto port = parse_number<uint16_t>({text.data() + colon + 1, text.size() - colon - 1});
  text = {text.data(), colon};
  if (port == 0) return {};
  return port;
}

template <typename Address>
RemoteAddress pack(const Address& address) {
  RemoteAddress packed;
  memcpy(&packed.address, &address, sizeof address);
  packed.size = sizeof address;
  return packed;
}

std::optional<RemoteAddress> parse_v4(std::string_view text) {
  const auto port = cut_port(text);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port.value_or(0));
  const AddressText host(text);
  if (!port || host.truncated() || inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    return {};
  return pack(address);
}

std::optional<RemoteAddress> parse_v6(std::string_view text) {
  std::optional<uint16_t> port = syslog_port;
  if (!text.empty() && text.front() == '[') {
    if (text.back() != ']') port = cut_port(text);
    if (text.size() < 2 || text.back() != ']') return {};
    text = {text.data() + 1, text.size() - 2};
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port.value_or(0));
  const AddressText host(text);
  if (!port || host.truncated() || inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1)
    return {};
  return pack(address);
}

}  // namespace

std::optional<RemoteAddress> parse_remote(std::string_view text) {
  if (const auto address = parse_v4(text)) return address;
  return parse_v6(text);
}

void Remote::set_address(const std::optional<RemoteAddress>& address) {
  address_ = address;
  socket_.reset();
}

const char* Remote::send(std::initializer_list<std::string_view> parts) {
  if (!socket_) {
    socket_ = Fd(socket(address_->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_) return "warning: no udp socket available: ";
  }
  iovec pieces[most_parts];
  size_t count = 0, size = 0;
  for (const std::string_view part : parts) {
    pieces[count++] = {const_cast<char*>(part.data()), part.size()};
    size += part.size();
    if (count == most_parts) break;
  }
  msghdr message{};
  message.msg_name = &address_->address;
  message.msg_namelen = address_->size;
  message.msg_iov = pieces;
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);  // musl: int
  const ssize_t sent = sendmsg(socket_.get(), &message, 0);
  if (sent == static_cast<ssize_t>(size)) return nullptr;
  return "warning: failure sending through udp: ";
}

}  // namespace stoker
