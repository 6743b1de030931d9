// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include "net/listen_line.hh"

namespace stoker {

// A copy of the socket that the line describes, if the process has it open. Empty if it has not, or
// if the system does not give it.
Fd copy_socket_of(pid_t pid, const SocketSpec& spec);

}  // namespace stoker
