// SPDX-License-Identifier: ISC
// Clients of the sockets under test.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/fd.hh"
#include "catch.hh"

namespace stoker::test {

inline sockaddr_in6 loopback_v6(uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  return address;
}

inline sockaddr_in loopback_v4(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline sockaddr_un unix_place(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  memcpy(address.sun_path, path.data(), path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';
  return address;
}

inline socklen_t unix_size(const std::string& path) {
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() +
                                (path.front() == '@' ? 0 : 1));
}

// A port that nothing has, in either family.
inline uint16_t free_port(int type = SOCK_STREAM) {
  const Fd probe(socket(AF_INET6, type | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  socklen_t size = sizeof address;
  REQUIRE(bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin6_port);
}

// Connected, or empty with errno.
inline Fd connect_v4(uint16_t port, int type = SOCK_STREAM) {
  Fd fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback_v4(port);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fd.reset();
  return fd;
}

inline Fd connect_v6(uint16_t port, int type = SOCK_STREAM) {
  Fd fd(socket(AF_INET6, type | SOCK_CLOEXEC, 0));
  const sockaddr_in6 address = loopback_v6(port);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fd.reset();
  return fd;
}

inline Fd connect_unix(const std::string& path, int type = SOCK_STREAM) {
  Fd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_place(path);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), unix_size(path)) != 0)
    fd.reset();
  return fd;
}

// A stranger's socket.
inline Fd listen_unix(const std::string& path) {
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_place(path);
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), unix_size(path)) == 0);
  REQUIRE(listen(fd.get(), 5) == 0);
  return fd;
}

inline Fd listen_v6(uint16_t port) {
  Fd fd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in6 address = loopback_v6(port);
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(fd.get(), 5) == 0);
  return fd;
}

}  // namespace stoker::test
