// SPDX-License-Identifier: ISC
// What is known about a connection when its program is started.
#pragma once
#include <sys/types.h>

#include <optional>

#include "accept/socket_end.hh"

namespace stoker {

// Of a local client, as the kernel has it.
struct PeerCredentials {
  pid_t pid = 0;
  uid_t user = 0;
  gid_t group = 0;
};

struct ServedClient {
  SocketEnd local, remote;
  std::optional<PeerCredentials> credentials;  // of local ones, if they were asked for
  PeerKey key;
  unsigned number = 1;  // of the connections of this client, with this one

  bool is_local() const { return remote.family == EndFamily::local; }
};

}  // namespace stoker
