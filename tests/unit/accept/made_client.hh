// SPDX-License-Identifier: ISC
// Addresses and clients for the tests of this folder.
#pragma once
#include <arpa/inet.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "accept/served_client.hh"

namespace stoker::test {

inline SocketEnd inet_end(const std::string& text, uint16_t port, uint32_t zone = 0) {
  sockaddr_storage storage{};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&storage, &v4, sizeof v4);
    return describe_end(storage, sizeof v4);
  }
  inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_scope_id = zone;
  std::memcpy(&storage, &v6, sizeof v6);
  return describe_end(storage, sizeof v6);
}

inline SocketEnd local_end(const std::string& path) {
  sockaddr_storage storage{};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  std::memcpy(&storage, &address, sizeof address);
  return describe_end(storage,
                      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size()));
}

inline ServedClient inet_client(const std::string& remote = "192.0.2.1",
                                const std::string& local = "192.0.2.9") {
  ServedClient client;
  client.local = inet_end(local, 80);
  client.remote = inet_end(remote, 4000);
  client.key = key_of(client.remote);
  return client;
}

inline ServedClient local_client() {
  ServedClient client;
  client.local = local_end("/run/x");
  client.remote = local_end("");
  client.credentials = PeerCredentials{77, 1000, 100};
  client.key = key_of_user(1000);
  return client;
}

}  // namespace stoker::test
