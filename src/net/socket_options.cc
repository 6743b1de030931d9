// SPDX-License-Identifier: ISC
#include "net/socket_options.hh"

#include <algorithm>
#include <charconv>

#include "base/duration.hh"
#include "base/near.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

constexpr std::string_view kind_words[] = {
    "tcp", "udp", "unix", "unix-dgram", "unix-seqpacket", "fifo", "netlink", "inherit"};
static_assert(std::size(kind_words) == socket_kind_count);

enum class Form : uint8_t {
  text,
  flag,
  number,
  octal,    // of a mode
  size,     // bytes, with K, M or G
  seconds,  // a time
  tos,      // a number or a name
};

constexpr unsigned bit(SocketKind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned on_tcp = bit(SocketKind::tcp), on_inet = on_tcp | bit(SocketKind::udp),
                   on_unix = bit(SocketKind::unix_stream) | bit(SocketKind::unix_datagram) |
                             bit(SocketKind::unix_seqpacket),
                   on_fifo = bit(SocketKind::fifo), on_netlink = bit(SocketKind::netlink),
                   on_connections =
                       on_tcp | bit(SocketKind::unix_stream) | bit(SocketKind::unix_seqpacket),
                   on_files = on_unix | on_fifo, on_sockets = on_inet | on_unix | on_netlink;

struct Row {
  SocketOption option;
  std::string_view word;
  Form form;
  unsigned kinds;
};

using enum SocketOption;

constexpr Row rows[] = {
    {owner, "owner", Form::text, on_files},
    {bind_to_device, "bind-to-device", Form::text, on_inet},
    {tcp_congestion, "tcp-congestion", Form::text, on_tcp},
    {timestamping, "timestamping", Form::text, on_sockets},
    {backlog, "backlog", Form::number, on_connections},
    {mode, "mode", Form::octal, on_files},
    {directory_mode, "directory-mode", Form::octal, on_files},
    {reuse_port, "reuse-port", Form::flag, on_inet},
    {v6only, "v6only", Form::flag, on_inet},
    {keep_alive, "keep-alive", Form::flag, on_tcp},
    {keep_alive_time, "keep-alive-time", Form::seconds, on_tcp},
    {keep_alive_interval, "keep-alive-interval", Form::seconds, on_tcp},
    {keep_alive_probes, "keep-alive-probes", Form::number, on_tcp},
    {no_delay, "no-delay", Form::flag, on_tcp},
    {defer_accept, "defer-accept", Form::seconds, on_tcp},
    {fast_open, "fast-open", Form::number, on_tcp},
    {free_bind, "free-bind", Form::flag, on_inet},
    {transparent, "transparent", Form::flag, on_inet},
    {broadcast, "broadcast", Form::flag, bit(SocketKind::udp)},
    {pass_credentials, "pass-credentials", Form::flag, on_unix | on_netlink},
    {pass_security, "pass-security", Form::flag, on_unix | on_netlink},
    {pass_packet_info, "pass-packet-info", Form::flag, on_inet | on_netlink},
    {mark, "mark", Form::number, on_inet},
    {receive_buffer, "receive-buffer", Form::size, on_sockets},
    {send_buffer, "send-buffer", Form::size, on_sockets},
    {ip_tos, "ip-tos", Form::tos, on_inet},
    {ip_ttl, "ip-ttl", Form::number, on_inet},
    {priority, "priority", Form::number, on_sockets},
    {pipe_size, "pipe-size", Form::size, on_fifo},
};
static_assert(std::size(rows) == socket_option_count && rows[text_option_count].option == backlog);

constexpr bool is_in_order() {
  for (size_t at = 0; at < std::size(rows); ++at)
    if (rows[at].option != static_cast<SocketOption>(at)) return false;
  return true;
}
static_assert(is_in_order());

bool may_have(const Row& row, SocketKind kind) { return (row.kinds & bit(kind)) != 0; }

std::optional<int> parse_octal(std::string_view text) {
  constexpr int octal = 8, most = 07777;
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, octal);
  if (error != std::errc() || stopped != end || number < 0 || number > most) return {};
  return number;
}

std::optional<int> parse_natural(std::string_view text) {
  const auto number = parse_number<int>(text);
  return number && *number >= 0 ? number : std::nullopt;
}

std::optional<int> parse_size(std::string_view text) {
  constexpr std::string_view units = "KMG";
  const size_t unit = text.empty() ? units.npos : units.find(text.back());
  const unsigned shift = unit == units.npos ? 0 : 10 * (static_cast<unsigned>(unit) + 1);
  if (shift != 0) text.remove_suffix(1);
  const auto number = parse_natural(text);
  if (!number || *number == 0 || *number > INT32_MAX >> shift) return {};
  return *number << shift;
}

std::optional<int> parse_seconds(std::string_view text) {
  const auto time = parse_duration(text, 1s, std::chrono::hours(24 * 365));
  if (!time || *time < 1s) return {};
  return static_cast<int>(*time / 1s);
}

std::optional<int> parse_tos(std::string_view text) {
  constexpr int highest = 255;
  if (text == "low-delay") return 0x10;
  if (text == "throughput") return 0x08;
  if (text == "reliability") return 0x04;
  if (text == "low-cost") return 0x02;
  const auto number = parse_natural(text);
  return number && *number <= highest ? number : std::nullopt;
}

std::optional<int> parse_value(Form form, std::string_view text) {
  switch (form) {
  case Form::text:
  case Form::flag: break;
  case Form::number: return parse_natural(text);
  case Form::octal: return parse_octal(text);
  case Form::size: return parse_size(text);
  case Form::seconds: return parse_seconds(text);
  case Form::tos: return parse_tos(text);
  }
  return {};
}

std::string_view expectation(Form form) {
  switch (form) {
  case Form::text: return "a name";
  case Form::flag: return "nothing: it stands alone";
  case Form::number: return "a number";
  case Form::octal: return "a mode such as 0660";
  case Form::size: return "a size such as 64K";
  case Form::seconds: return "a time such as 30s";
  case Form::tos: return "a number, low-delay, throughput, reliability or low-cost";
  }
  return "";
}

SocketOptions::Fault unknown(std::string_view name, SocketKind kind) {
  SocketOptions::Fault fault("unknown option ", name);
  for (const Row& row : rows)
    if (may_have(row, kind) && is_slip(name, row.word)) {
      fault.append("; did you mean ", row.word, "?");
      return fault;
    }
  fault.append("; those of ", word(kind), " are");
  for (const Row& row : rows)
    if (may_have(row, kind)) fault.append(" ", row.word, row.form == Form::flag ? "" : "=");
  return fault;
}

bool is_good_timestamping(std::string_view text) {
  return text == "off" || text == "us" || text == "usec" || text == "ns" || text == "nsec";
}

}  // namespace

std::string_view word(SocketKind kind) { return kind_words[static_cast<size_t>(kind)]; }

std::optional<SocketKind> socket_kind_from(std::string_view word) {
  const auto* const found = std::find(std::begin(kind_words), std::end(kind_words), word);
  if (found == std::end(kind_words)) return {};
  return static_cast<SocketKind>(found - std::begin(kind_words));
}

std::string_view word(SocketOption option) { return rows[static_cast<size_t>(option)].word; }

bool SocketOptions::set(SocketOption option, std::string_view value) {
  const Form form = rows[index(option)].form;
  if (form == Form::text) {
    texts_[index(option)] = value;
    return !value.empty() && (option != timestamping || is_good_timestamping(value));
  }
  const auto number = form == Form::flag ? 1 : parse_value(form, value);
  if (number) numbers_[index(option)] = *number;
  return number.has_value();
}

SocketOptions::Fault SocketOptions::take(std::string_view word, SocketKind kind) {
  const size_t equals = std::min(word.find('='), word.size());
  const std::string_view name(word.data(), equals);
  const auto* const row = std::find_if(std::begin(rows), std::end(rows),
                                       [name](const Row& one) { return one.word == name; });
  if (row == std::end(rows)) return unknown(name, kind);
  if (!may_have(*row, kind)) return Fault(name, " is no option of ", stoker::word(kind));
  if (has(row->option)) return Fault(name, " is given twice");
  const bool has_value = equals < word.size();
  if (has_value) word.remove_prefix(equals + 1);
  const bool stands_alone = row->form == Form::flag;
  if (has_value == stands_alone || !set(row->option, word))
    return Fault(name, has_value ? "=" : "", has_value ? word : std::string_view(), ": expected ",
                 name, stands_alone ? " and " : "=, ", expectation(row->form));
  given_ |= 1U << index(row->option);
  return {};
}

}  // namespace stoker
