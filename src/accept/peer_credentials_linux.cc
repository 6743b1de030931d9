// SPDX-License-Identifier: ISC
#include <sys/socket.h>

#include "accept/peer_credentials.hh"

namespace stoker {

std::optional<PeerCredentials> peer_credentials(int fd) {
  ucred found{};
  socklen_t size = sizeof found;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0) return {};
  return PeerCredentials{found.pid, found.uid, found.gid};
}

}  // namespace stoker
