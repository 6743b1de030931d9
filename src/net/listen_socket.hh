// SPDX-License-Identifier: ISC
// Opens the sockets that `listen` describes.
#pragma once
#include <string_view>

#include "base/fd.hh"
#include "base/text.hh"
#include "net/listen_line.hh"

namespace stoker {

// A socket that is bound, and listens where it is one for connections; close-on-exec, and blocking
// but for FIFOs. Or why there is none.
struct ListenSocket {
  Fd fd;
  int error = 0;
  Text<200> trouble;  // "unable to bind to [::]:80"; the remedy follows in `remedy`
  std::string_view remedy = "";
};

// Not of the kind `inherited`. What has the name of a UNIX socket is replaced if it is a socket
// that nothing listens on; anything else is left alone.
ListenSocket open_listen_socket(const SocketSpec& spec);

// Is that open file the socket that the line describes?
bool is_socket_of(int fd, const SocketSpec& spec);

// Removes the file of a UNIX socket.
void remove_socket_file(const SocketSpec& spec);

// Who has the address of such a socket, "nginx (12)"; empty if that is not known.
Text<64> holder_of(const SocketSpec& spec);

}  // namespace stoker
