// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/directory.hh"
#include "base/parse.hh"
#include "net/listen_socket.hh"
#include "net/process_sockets.hh"

namespace stoker {

namespace {

Fd open_process(pid_t pid) {
#ifdef SYS_pidfd_open
  return Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
#else
  return Fd();
#endif
}

Fd copy_descriptor(const Fd& process, int fd) {
#ifdef SYS_pidfd_getfd
  return Fd(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
#else
  return Fd();
#endif
}

// Of what else it has open, nothing is copied: it might be kept from its end by that.
bool may_be(int directory, const char* entry, SocketKind kind) {
  char target[16];
  const ssize_t length = readlinkat(directory, entry, target, sizeof target);
  const std::string_view name(target, length > 0 ? static_cast<size_t>(length) : 0);
  return has_prefix(name, "socket:[") || kind == SocketKind::fifo;
}

}  // namespace

Fd copy_socket_of(pid_t pid, const SocketSpec& spec) {
  const Fd process = open_process(pid);
  Directory open(AT_FDCWD, Text<64>("/proc/", pid, "/fd").c_str());
  while (const char* const entry = process && open ? open.next() : nullptr) {
    const auto number = parse_number<int>(entry);
    if (!number || *number < 3 || !may_be(open.fd(), entry, spec.kind)) continue;
    Fd fd = copy_descriptor(process, *number);
    if (fd && is_socket_of(fd.get(), spec)) return fd;
  }
  return Fd();
}

}  // namespace stoker
