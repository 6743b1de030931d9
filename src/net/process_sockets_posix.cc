// SPDX-License-Identifier: ISC
#include "net/process_sockets.hh"

namespace stoker {

Fd copy_socket_of(pid_t, const SocketSpec&) { return Fd(); }

}  // namespace stoker
