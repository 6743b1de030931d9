// SPDX-License-Identifier: ISC
#include "net/listen_line.hh"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/parse.hh"

namespace stoker {

namespace {

using HostText = Text<INET6_ADDRSTRLEN>;

std::optional<uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number<uint16_t>(text);
  return port && *port != 0 ? port : std::nullopt;
}

template <typename Address>
RemoteAddress pack(const Address& address) {
  RemoteAddress packed;
  memcpy(&packed.address, &address, sizeof address);
  packed.size = sizeof address;
  return packed;
}

std::optional<RemoteAddress> pack_v4(std::string_view host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const HostText text(host);
  if (text.truncated() || inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1) return {};
  return pack(address);
}

std::optional<RemoteAddress> pack_v6(std::string_view host, uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  const HostText text(host);
  if (text.truncated() || inet_pton(AF_INET6, text.c_str(), &address.sin6_addr) != 1) return {};
  return pack(address);
}

// "80", "192.0.2.1:80", "[2001:db8::1]:80"
std::optional<RemoteAddress> parse_inet(std::string_view text, bool& every) {
  const size_t colon = text.rfind(':');
  every = colon == std::string_view::npos;
  std::string_view port_text = text;
  if (!every) port_text.remove_prefix(colon + 1);
  const auto port = parse_port(port_text);
  if (!port) return {};
  if (every) return pack_v6("::", *port);
  const std::string_view host(text.data(), colon);
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return pack_v4(host, *port);
  return pack_v6({host.data() + 1, host.size() - 2}, *port);
}

ListenFault take_inet(SocketSpec& spec) {
  const auto address = parse_inet(spec.address, spec.every_address);
  if (!address)
    return ListenFault(spec.address, " is not a port, 192.0.2.1:PORT or [2001:db8::1]:PORT");
  spec.inet = *address;
  return {};
}

ListenFault take_path(const SocketSpec& spec) {
  const std::string_view path = spec.address;
  const bool abstract = spec.is_abstract();
  if (!abstract && path.front() != '/')
    return ListenFault(path, " is not an absolute path", is_unix(spec.kind) ? " or @name" : "");
  if (path.size() < 2) return ListenFault(path, " is not a name");
  if (is_unix(spec.kind) && path.size() > longest_socket_path)
    return ListenFault("the path is longer than ", longest_socket_path, " bytes");
  return {};
}

struct Family {
  std::string_view name;
  int number;
};
// As in linux/netlink.h.
constexpr Family families[] = {
    {"route", 0},       {"firewall", 3},        {"inet-diag", 4},  {"nflog", 5},
    {"xfrm", 6},        {"selinux", 7},         {"iscsi", 8},      {"audit", 9},
    {"fib-lookup", 10}, {"connector", 11},      {"netfilter", 12}, {"ip6-fw", 13},
    {"dnrtmsg", 14},    {"kobject-uevent", 15}, {"generic", 16},   {"scsitransport", 18},
    {"rdma", 20},       {"crypto", 21}};

// "kobject-uevent:1"
ListenFault take_netlink(SocketSpec& spec) {
  const std::string_view address = spec.address;
  const size_t colon = std::min(address.find(':'), address.size());
  const std::string_view name(address.data(), colon);
  const auto* const family = std::find_if(std::begin(families), std::end(families),
                                          [name](const Family& one) { return one.name == name; });
  std::string_view group = address;
  group.remove_prefix(std::min(colon + 1, address.size()));
  const auto number = colon == address.size() ? std::optional(0) : parse_number<int>(group);
  if (family == std::end(families) || !number || *number < 0)
    return ListenFault(address, " is not a family of netlink such as kobject-uevent:1");
  spec.family = family->number;
  spec.group = *number;
  return {};
}

ListenFault take_address(SocketSpec& spec) {
  switch (spec.kind) {
  case SocketKind::tcp:
  case SocketKind::udp: return take_inet(spec);
  case SocketKind::unix_stream:
  case SocketKind::unix_datagram:
  case SocketKind::unix_seqpacket:
  case SocketKind::fifo: return take_path(spec);
  case SocketKind::netlink: return take_netlink(spec);
  case SocketKind::inherited: break;
  }
  return {};
}

ListenFault unknown_kind(std::string_view kind) {
  ListenFault fault(kind.empty() ? "there is no kind" : kind, kind.empty() ? "" : " is no kind",
                    " of socket; those are");
  for (size_t at = 0; at < socket_kind_count; ++at)
    fault.append(" ", word(static_cast<SocketKind>(at)));
  return fault;
}

ListenFault take_line(SocketSpec& spec, std::string_view line) {
  if (line.size() > longest_listen_line)
    return ListenFault("it is longer than ", longest_listen_line, " bytes");
  spec.name = next_word(line);
  if (!is_socket_name(spec.name))
    return ListenFault("a name is up to ", longest_socket_name, " printable bytes without a colon");
  const std::string_view kind = next_word(line);
  const auto known = socket_kind_from(kind);
  if (!known) return unknown_kind(kind);
  spec.kind = *known;
  if (spec.kind != SocketKind::inherited) spec.address = next_word(line);
  if (spec.kind != SocketKind::inherited && spec.address.empty())
    return ListenFault("there is no address");
  const ListenFault fault = take_address(spec);
  if (!fault.empty()) return fault;
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    const auto wrong = spec.options.take(word, spec.kind);
    if (!wrong.empty()) return ListenFault(wrong.view());
  }
  return {};
}

}  // namespace

bool is_socket_name(std::string_view name, size_t longest) {
  return !name.empty() && name.size() <= longest &&
         std::all_of(name.begin(), name.end(),
                     [](char b) { return b > ' ' && b < 0x7f && b != ':'; });
}

ListenLine parse_listen_line(std::string_view line) {
  ListenLine parsed;
  parsed.fault = take_line(parsed.spec, line);
  return parsed;
}

bool ListenFile::next() {
  while (!rest_.empty()) {
    const std::string_view line(rest_.data(), std::min(rest_.find('\n'), rest_.size()));
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    ++number_;
    line_ = trim(line);
    if (line_.empty() || line_.front() == '#') continue;
    ++sockets_;
    return true;
  }
  return false;
}

bool ListenFile::is_named_before(std::string_view name) const {
  for (ListenFile before(text_); before.next() && before.number_ < number_;) {
    std::string_view line = before.line_;
    if (next_word(line) == name) return true;
  }
  return false;
}

ListenLine ListenFile::parse() const {
  ListenLine parsed = parse_listen_line(line_);
  ListenFault& fault = parsed.fault;
  if (fault.empty() && is_named_before(parsed.spec.name))
    fault.append(parsed.spec.name, " is named twice");
  if (fault.empty() && sockets_ > most_sockets)
    fault.append("there are more than ", most_sockets, " sockets");
  if (!fault.empty()) fault = ListenFault("line ", number_, ": ", fault.view());
  return parsed;
}

ListenFault fault_of_listen(std::string_view text, int notification_fd) {
  if (text.size() > longest_listen_file) return ListenFault("it is longer than 16 kB");
  constexpr int first = 3;
  int next = first;
  ListenFile file(text);
  for (; file.next(); ++next)
    if (const ListenLine parsed = file.parse(); !parsed.fault.empty()) return parsed.fault;
  if (notification_fd < first || notification_fd >= next) return {};
  return ListenFault("descriptor ", notification_fd,
                     " is a socket, and named in notification-fd: use ", next, " there");
}

}  // namespace stoker
