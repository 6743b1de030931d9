// SPDX-License-Identifier: ISC
// Clients of servers, and sockets to start servers with.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "sandbox.hh"

namespace stoker::test {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// A path, or with a NUL byte at the start an abstract name.
inline Address unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  const bool abstract = path[0] == '\0';
  Address made;
  std::memcpy(&made.storage, &address, sizeof address);
  made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + !abstract);
  return made;
}

inline Address inet_address(const std::string& host, int port) {
  Address made;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  v4.sin_port = v6.sin6_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(&made.storage, &v4, made.size = sizeof v4);
  } else {
    REQUIRE(inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1);
    std::memcpy(&made.storage, &v6, made.size = sizeof v6);
  }
  return made;
}

inline int port_of(int fd) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin6_port);  // at the same place in both families
}

// A connection to a server.
class Visitor {
 public:
  explicit Visitor(const Address& address, int type = SOCK_STREAM)
      : fd_(socket(address.storage.ss_family, type | SOCK_CLOEXEC, 0)) {
    error_ = connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size)
                 ? errno
                 : 0;
  }

  bool is_refused() const { return error_ != 0; }
  int error() const { return error_; }
  int fd() const { return fd_.get(); }
  void say(const std::string& text) const {
    REQUIRE(send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }
  void end_input() const { REQUIRE(shutdown(fd_.get(), SHUT_WR) == 0); }
  void hang_up() { fd_.reset(); }

  // What comes until the server closes the connection.
  std::string rest() const {
    std::string all;
    while (const std::optional<std::string> part = receive(timeout)) {
      if (part->empty()) return all;
      all += *part;
    }
    FAIL("the server does not close the connection");
    return all;
  }
  std::string line() const {
    std::string all;
    while (all.empty() || all.back() != '\n') {
      const auto byte = receive(timeout, 1);
      REQUIRE(byte);
      REQUIRE(!byte->empty());
      all += *byte;
    }
    all.pop_back();
    return all;
  }
  // Is nothing there to be read?
  bool is_silent() const { return !receive(Moment::zero()).has_value(); }

 private:
  std::optional<std::string> receive(Moment limit, size_t most = 4096) const {
    pollfd wait{fd_.get(), POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(limit / 1ms)) != 1) return {};
    std::string text(most, '\0');
    const ssize_t got = recv(fd_.get(), text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return text;
  }

  Fd fd_;
  int error_ = 0;
};

// A socket that listens, at a port that is free.
inline Fd listening_socket(const std::string& host, int type = SOCK_STREAM) {
  const Address address = inet_address(host, 0);
  Fd fd(socket(address.storage.ss_family, type | SOCK_CLOEXEC, 0));
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0);
  if (type == SOCK_STREAM) REQUIRE(listen(fd.get(), 100) == 0);
  return fd;
}

inline int free_port(const std::string& host = "127.0.0.1") {
  return port_of(listening_socket(host).get());
}

// Started with these sockets, as sd_listen_fds(3) has it.
inline Process start_with_sockets(Sandbox& box, const std::vector<int>& fds, Argv argv,
                                  Setup setup = {}) {
  argv.insert(argv.begin(), {"sh", "-c", "export LISTEN_PID=$$; exec \"$@\"", "sh"});
  setup.environment["LISTEN_FDS"] = std::to_string(fds.size());
  const auto before = setup.in_child;
  setup.in_child = [&fds, before] {
    // They may have numbers that others of them shall get.
    constexpr int high = 100;
    for (size_t at = 0; at < fds.size(); ++at) dup2(fds[at], high + static_cast<int>(at));
    for (size_t at = 0; at < fds.size(); ++at) {
      dup2(high + static_cast<int>(at), 3 + static_cast<int>(at));
      close(high + static_cast<int>(at));
    }
    if (before) before();
  };
  return box.start(argv, setup);
}

// The first connection that a server takes on a UNIX socket, once it takes connections.
inline Visitor first_visitor(Sandbox& box, const std::string& name) {
  std::optional<Visitor> first;
  box.wait_for([&] { return !first.emplace(unix_address(box.path(name))).is_refused(); },
               name + " takes no connections");
  return std::move(*first);
}

}  // namespace stoker::test
