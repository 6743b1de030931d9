// SPDX-License-Identifier: ISC
#include "net/notify_socket.hh"

#include <cerrno>

namespace stoker {

void NotifyDatagram::close() {}

bool NotifyDatagram::look(int) { return false; }

void NotifyDatagram::drop(int) {}

Fd open_notify_socket(const char*) {
  errno = ENOTSUP;
  return Fd();
}

Fd open_abstract_notify_socket(std::string_view) {
  errno = ENOTSUP;
  return Fd();
}

}  // namespace stoker
