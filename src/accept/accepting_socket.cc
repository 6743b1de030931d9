// SPDX-License-Identifier: ISC
#include "accept/accepting_socket.hh"

#include <fcntl.h>
#include <netdb.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/environment.hh"
#include "base/report.hh"
#include "net/activation.hh"
#include "net/listen_line.hh"
#include "net/listen_socket.hh"

namespace stoker {

namespace {

bool is_accepting_kind(std::string_view text) {
  const auto kind = socket_kind_from(text);
  return kind == SocketKind::tcp || kind == SocketKind::unix_stream ||
         kind == SocketKind::unix_seqpacket;
}

// The flags among the options; those with a value are known by their `=`.
bool is_socket_option(std::string_view text) {
  if (text.find('=') != std::string_view::npos) return true;
  for (size_t at = 0; at < socket_option_count; ++at)
    if (word(static_cast<SocketOption>(at)) == text) return true;
  return false;
}

bool is_connection_type(int fd) {
  int type = 0, listens = 0;
  socklen_t size = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return false;
  size = sizeof listens;
  return (type == SOCK_STREAM || type == SOCK_SEQPACKET) &&
         getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens == 1;
}

Fd open_or_die(const SocketSpec& spec) {
  ListenSocket made = open_listen_socket(spec);
  if (made.fd) return std::move(made.fd);
  errno = made.error;
  const Text<64> holder = made.error == EADDRINUSE ? holder_of(spec) : Text<64>();
  if (holder.empty()) die({made.trouble, ": ", error_text(made.error), made.remedy});
  die({made.trouble, ": ", error_text(made.error), ": used by ", holder});
}

void set_option(SocketSpec& spec, Words parts) {
  Text<64> option;
  for (const std::string_view part : parts) option.append(part);
  static_cast<void>(spec.options.take(option, spec.kind));  // it is one of ours
}

void apply_settings(SocketSpec& spec, const ServerSettings& settings) {
  if (settings.backlog && !spec.options.has(SocketOption::backlog))
    set_option(spec, {"backlog=", Digits(*settings.backlog)});
  if (settings.no_delay) set_option(spec, {"no-delay"});
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// What djb's programs call 0 is every address of IPv4.
const char* host_of(const char* word, const ServerSettings& settings) {
  if (*word != '\0' && std::string_view(word) != "0") return word;
  return settings.v6_only ? "::" : "0.0.0.0";
}

RemoteAddress look_up(const char* host, const char* port, const ServerSettings& settings) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  hints.ai_family = settings.v4_only ? AF_INET : settings.v6_only ? AF_INET6 : AF_UNSPEC;
  addrinfo* list = nullptr;
  if (const int error = getaddrinfo(host, port, &hints, &list); error != 0)
    die({"unable to find the address of ", host, " port ", port, ": ", gai_strerror(error)});
  const std::unique_ptr<addrinfo, FreeAddresses> owned(list);
  RemoteAddress found;
  memcpy(&found.address, list->ai_addr, list->ai_addrlen);
  found.size = list->ai_addrlen;
  return found;
}

}  // namespace

void AcceptingSockets::add(Fd fd, std::string_view what) {
  sockaddr_storage address;
  socklen_t size = sizeof address;
  if (!is_connection_type(fd.get()))
    die({"unable to use ", what, ": it is no socket that listens for connections"}, exit_misuse);
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0 || !set_nonblocking(fd.get()))
    die_errno({"unable to use ", what});
  if (count_ == most) die({"unable to use ", what, ": there are too many sockets"}, exit_misuse);
  AcceptingSocket& socket = sockets_.all()[count_++];
  socket.local = describe_end(address, size);
  socket.fd = std::move(fd);
}

void AcceptingSockets::take_inherited() {
  Environment environment;
  if (!environment.adopt_process()) die_errno({"unable to get memory"});
  const auto inherited = activated_sockets(environment, getpid());
  if (inherited.empty())
    die({"there is no socket: give an address, or a file `listen` to the service"}, exit_misuse);
  for (const int fd : inherited) add(Fd(fd), Text<40>("descriptor ", fd));
}

// Sockets as in the file `listen`, but without names: kind, address and options are words.
void AcceptingSockets::open_written(ServerSettings& settings) {
  while (settings.word_count > 1 && is_accepting_kind(settings.words[0])) {
    Text<longest_listen_line> line("socket ", settings.words[0], " ", settings.words[1]);
    int used = 2;
    for (; used < settings.word_count && is_socket_option(settings.words[used]); ++used)
      line.append(" ", settings.words[used]);
    ListenLine parsed = parse_listen_line(line);
    if (line.truncated()) parsed.fault = ListenFault("it is too long");
    if (!parsed.fault.empty())
      die({"invalid address ", settings.words[0], " ", settings.words[1], ": ", parsed.fault},
          exit_misuse);
    apply_settings(parsed.spec, settings);
    add(open_or_die(parsed.spec), settings.words[1]);
    settings.words += used;
    settings.word_count -= used;
  }
}

void AcceptingSockets::open_host_and_port(ServerSettings& settings) {
  const char* const host = host_of(settings.words[0], settings);
  const Text<300> address(host, ":", settings.words[1]);
  SocketSpec spec;
  spec.kind = SocketKind::tcp;
  spec.address = address;
  spec.inet = look_up(host, settings.words[1], settings);
  apply_settings(spec, settings);
  add(open_or_die(spec), address);
  settings.words += 2;
  settings.word_count -= 2;
}

void AcceptingSockets::open_path(ServerSettings& settings) {
  const std::string_view path = settings.words[0];
  if (path.empty() || path.size() > longest_socket_path)
    die({"unable to use ", path, " as a socket: a path has 1 to 107 bytes"}, exit_misuse);
  SocketSpec spec;
  spec.kind = SocketKind::unix_stream;
  spec.address = path;
  Text<8> mode;
  for (int shift = 6; shift >= 0; shift -= 3)
    mode.append(static_cast<char>('0' + (settings.mode.value_or(0777) >> shift & 7)));
  set_option(spec, {"mode=", mode});
  apply_settings(spec, settings);
  add(open_or_die(spec), path);
  ++settings.words;
  --settings.word_count;
}

void AcceptingSockets::open(ServerSettings& settings) {
  if (!sockets_) die_errno({"unable to get memory"});
  switch (settings.name) {
  case ServerName::accept: open_written(settings); break;
  case ServerName::tcpsvd:
  case ServerName::tcpserver: open_host_and_port(settings); break;
  case ServerName::s6_ipcserver: open_path(settings); break;
  }
  if (count_ == 0) take_inherited();
  if (settings.word_count == 0) refuse_server_usage(settings.name);
}

}  // namespace stoker
