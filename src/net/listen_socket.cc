// SPDX-License-Identifier: ISC
#include "net/listen_socket.hh"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/accounts.hh"
#include "net/netlink_socket.hh"

namespace stoker {

namespace {

using enum SocketOption;

constexpr mode_t usual_mode = 0666, usual_directory_mode = 0755;

int type_of(SocketKind kind) {
  if (kind == SocketKind::udp || kind == SocketKind::unix_datagram) return SOCK_DGRAM;
  return kind == SocketKind::unix_seqpacket ? SOCK_SEQPACKET : SOCK_STREAM;
}

bool takes_connections(SocketKind kind) {
  return kind == SocketKind::tcp || kind == SocketKind::unix_stream ||
         kind == SocketKind::unix_seqpacket;
}

ListenSocket failure(std::string_view what, std::string_view object, std::string_view remedy = "") {
  ListenSocket failed;
  failed.error = errno;
  failed.trouble.append("unable to ", what, " ", object);
  failed.remedy = remedy;
  return failed;
}

// What is created gets exactly that mode.
class WithoutUmask {
 public:
  WithoutUmask() : before_(umask(0)) {}
  ~WithoutUmask() { umask(before_); }
  WithoutUmask(const WithoutUmask&) = delete;
  WithoutUmask& operator=(const WithoutUmask&) = delete;

 private:
  mode_t before_;
};

// The directories above; what exists is left alone.
bool make_parents(std::string_view path, mode_t mode) {
  PathText part(path);
  for (size_t at = 1; at < path.size(); ++at) {
    if (path[at] != '/') continue;
    part.data()[at] = '\0';
    if (mkdir(part.c_str(), mode) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
      return false;
    part.data()[at] = '/';
  }
  return true;
}

ListenSocket make_socket(int family, const SocketSpec& spec) {
  ListenSocket made;
  made.fd = Fd(socket(family, type_of(spec.kind) | SOCK_CLOEXEC, 0));
  if (!made.fd) return failure("create a socket for", spec.address);
  if (const auto option = apply_options(made.fd.get(), spec.options, family == AF_INET6))
    return failure("set", word(*option));
  return made;
}

ListenSocket listen_on(ListenSocket bound, const SocketSpec& spec) {
  if (!takes_connections(spec.kind)) return bound;
  if (listen(bound.fd.get(), spec.options.number_or(backlog, SOMAXCONN)) != 0)
    return failure("listen on", spec.address);
  return bound;
}

// --- TCP and UDP ------------------------------------------------------------

bool set_flag(int fd, int level, int name, bool value) {
  const int number = value ? 1 : 0;
  return setsockopt(fd, level, name, &number, sizeof number) == 0;
}

RemoteAddress every_v4(const RemoteAddress& v6) {
  RemoteAddress every;
  sockaddr_in address{};
  sockaddr_in6 other{};
  memcpy(&other, &v6.address, sizeof other);
  address.sin_family = AF_INET;
  address.sin_port = other.sin6_port;
  memcpy(&every.address, &address, sizeof address);
  every.size = sizeof address;
  return every;
}

// An address of a link is one of a device.
void set_scope(RemoteAddress& address, std::string_view device) {
  sockaddr_in6 v6{};
  if (address.address.ss_family != AF_INET6 || device.empty()) return;
  memcpy(&v6, &address.address, sizeof v6);
  if (!IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return;
  v6.sin6_scope_id = if_nametoindex(Text<64>(device).c_str());
  memcpy(&address.address, &v6, sizeof v6);
}

std::string_view remedy_for_inet(int error) {
  if (error == EACCES) return ": a port below 1024 needs a supervisor that runs as root";
  if (error == EADDRNOTAVAIL) return ": no interface has that address; see free-bind";
  return "";
}

ListenSocket open_inet(const SocketSpec& spec, RemoteAddress address) {
  const bool is_v6 = address.address.ss_family == AF_INET6;
  ListenSocket made = make_socket(address.address.ss_family, spec);
  if (!made.fd) return made;
  const int fd = made.fd.get();
  set_scope(address, spec.options.text(bind_to_device));
  if (spec.kind == SocketKind::tcp) set_flag(fd, SOL_SOCKET, SO_REUSEADDR, true);
  if (is_v6) set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, spec.options.has(v6only));
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address.address), address.size) != 0)
    return failure("bind to", spec.address, remedy_for_inet(errno));
  return listen_on(std::move(made), spec);
}

ListenSocket open_inet(const SocketSpec& spec) {
  ListenSocket made = open_inet(spec, spec.inet);
  const bool lacks_v6 = made.error == EAFNOSUPPORT || made.error == EADDRNOTAVAIL;
  if (!spec.every_address || !lacks_v6 || spec.options.has(v6only)) return made;
  return open_inet(spec, every_v4(spec.inet));
}

// --- UNIX -------------------------------------------------------------------

struct UnixAddress {
  sockaddr_un address{};
  socklen_t size = 0;
};

UnixAddress unix_address(std::string_view text) {
  UnixAddress made;
  made.address.sun_family = AF_UNIX;
  std::copy(text.begin(), text.end(), made.address.sun_path);
  const bool abstract = text.front() == '@';
  if (abstract) made.address.sun_path[0] = '\0';
  made.size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + (abstract ? 0 : 1));
  return made;
}

const sockaddr* generic(const UnixAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.address);
}

// Does a process have it? One whose queue is full has.
bool is_alive(const UnixAddress& address, int type) {
  const Fd probe(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return connect(probe.get(), generic(address), address.size) == 0 || errno != ECONNREFUSED;
}

// Makes way for a socket of ours. False with errno if something else has the name.
bool clear_path(const char* path, const UnixAddress& address, int type) {
  struct stat facts {};
  if (lstat(path, &facts) != 0) return errno == ENOENT || errno == ENOTDIR;
  if (!S_ISSOCK(facts.st_mode)) {
    errno = EEXIST;
    return false;
  }
  if (!is_alive(address, type)) return unlink(path) == 0 || errno == ENOENT;
  errno = EADDRINUSE;
  return false;
}

// Sets owner and mode of what has just been made at that path.
ListenSocket give_away(ListenSocket made, const SocketSpec& spec, const char* path) {
  const std::string_view text = spec.options.text(owner);
  if (text.empty()) return made;
  const auto found = find_owner(text);
  errno = found ? 0 : EINVAL;
  if (!found)
    return failure("find the owner", text, ": only /etc/passwd and /etc/group are searched");
  if (lchown(path, found->user, found->group) != 0) return failure("change the owner of", path);
  // That may have taken bits from the mode.
  if (spec.kind == SocketKind::fifo &&
      fchmod(made.fd.get(), static_cast<mode_t>(spec.options.number_or(mode, usual_mode))) != 0)
    return failure("change the mode of", path);
  return made;
}

ListenSocket open_unix(const SocketSpec& spec) {
  const PathText path(spec.address);
  const UnixAddress address = unix_address(spec.address);
  ListenSocket made = make_socket(AF_UNIX, spec);
  if (!made.fd) return made;
  if (!spec.is_abstract()) {
    const WithoutUmask exact;
    if (!make_parents(spec.address, static_cast<mode_t>(spec.options.number_or(
                                        directory_mode, usual_directory_mode))))
      return failure("create the directory of", path);
    if (!clear_path(path.c_str(), address, type_of(spec.kind)))
      return failure("bind to", path,
                     errno == EEXIST ? ": it is no socket, and is left alone" : "");
    // The file gets the mode of the socket.
    if (fchmod(made.fd.get(), static_cast<mode_t>(spec.options.number_or(mode, usual_mode))) != 0)
      return failure("set the mode of", path);
    if (bind(made.fd.get(), generic(address), address.size) != 0) return failure("bind to", path);
    made = give_away(std::move(made), spec, path.c_str());
  } else if (bind(made.fd.get(), generic(address), address.size) != 0) {
    return failure("bind to", spec.address);
  }
  if (!made.fd) {
    unlink(path.c_str());
    return made;
  }
  return listen_on(std::move(made), spec);
}

// --- FIFOs ------------------------------------------------------------------

// Open at both ends, so that it has no end of file.
ListenSocket open_fifo(const SocketSpec& spec) {
  const PathText path(spec.address);
  const auto exact = static_cast<mode_t>(spec.options.number_or(mode, usual_mode));
  const WithoutUmask without;
  if (!make_parents(spec.address, static_cast<mode_t>(spec.options.number_or(
                                      directory_mode, usual_directory_mode))))
    return failure("create the directory of", path);
  const bool is_new = mkfifo(path.c_str(), exact) == 0;
  if (!is_new && errno != EEXIST) return failure("create the fifo", path);
  ListenSocket made;
  made.fd = open_with(AT_FDCWD, path.c_str(), O_RDWR | O_NOFOLLOW);
  struct stat facts {};
  if (!made.fd) return failure("open", path);
  if (fstat(made.fd.get(), &facts) == 0 && !S_ISFIFO(facts.st_mode)) {
    errno = EEXIST;
    return failure("open", path, ": it is no fifo, and is left alone");
  }
#ifdef F_SETPIPE_SZ
  if (spec.options.has(pipe_size) &&
      fcntl(made.fd.get(), F_SETPIPE_SZ, spec.options.number(pipe_size)) < 0)
    return failure("set", word(pipe_size));
#endif
  return is_new ? give_away(std::move(made), spec, path.c_str()) : std::move(made);
}

// --- What a socket is -------------------------------------------------------

int option_of(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// Of a port alone, the address may be that of both families or of IPv4.
bool has_address(const RemoteAddress& bound, const SocketSpec& spec) {
  const auto is = [&bound](const RemoteAddress& wanted) {
    return bound.size == wanted.size && bound.address.ss_family == wanted.address.ss_family &&
           memcmp(&bound.address, &wanted.address, sizeof(sockaddr_in)) == 0 &&
           (wanted.address.ss_family != AF_INET6 ||
            memcmp(&bound.address, &wanted.address, offsetof(sockaddr_in6, sin6_scope_id)) == 0);
  };
  return is(spec.inet) || (spec.every_address && is(every_v4(spec.inet)));
}

bool is_fifo_of(int fd, const SocketSpec& spec) {
  struct stat open {
  }, named{};
  return fstat(fd, &open) == 0 && S_ISFIFO(open.st_mode) &&
         lstat(PathText(spec.address).c_str(), &named) == 0 && is_same_file(open, named);
}

}  // namespace

ListenSocket open_listen_socket(const SocketSpec& spec) {
  if (is_inet(spec.kind)) return open_inet(spec);
  if (is_unix(spec.kind)) return open_unix(spec);
  if (spec.kind == SocketKind::fifo) return open_fifo(spec);
  ListenSocket made = make_socket_of_netlink(spec);
  if (!made.fd) return made;
  if (const auto option = apply_options(made.fd.get(), spec.options, false))
    return failure("set", word(*option));
  return made;
}

bool is_socket_of(int fd, const SocketSpec& spec) {
  if (spec.kind == SocketKind::fifo) return is_fifo_of(fd, spec);
  RemoteAddress bound;
  bound.size = sizeof bound.address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound.address), &bound.size) != 0) return false;
  if (spec.kind == SocketKind::netlink) return is_netlink_of(fd, bound, spec);
  if (option_of(fd, SO_TYPE) != type_of(spec.kind)) return false;
  if (takes_connections(spec.kind) && option_of(fd, SO_ACCEPTCONN) != 1) return false;
  if (is_inet(spec.kind)) return has_address(bound, spec);
  const UnixAddress wanted = unix_address(spec.address);
  return bound.size == wanted.size && memcmp(&bound.address, &wanted.address, wanted.size) == 0;
}

void remove_socket_file(const SocketSpec& spec) {
  struct stat facts {};
  const PathText path(spec.address);
  if (is_unix(spec.kind) && spec.has_path() && lstat(path.c_str(), &facts) == 0 &&
      S_ISSOCK(facts.st_mode))
    unlink(path.c_str());
}

}  // namespace stoker
