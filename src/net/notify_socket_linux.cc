// SPDX-License-Identifier: ISC
#include "net/notify_socket.hh"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "base/text.hh"

namespace stoker {

namespace {

Fd new_socket() {
  constexpr int yes = 1;
  Fd made(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (made && setsockopt(made.get(), SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0) return made;
  return Fd();
}

// `skipped`: bytes before the name.
bool bind_to(int fd, std::string_view name, size_t skipped) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() + 1 > sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  std::copy(name.begin(), name.end(), address.sun_path + skipped);
  const size_t size = offsetof(sockaddr_un, sun_path) + name.size() + 1;
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)) == 0;
}

}  // namespace

void NotifyDatagram::close() {
  for (size_t at = 0; at < count_; ++at) take_descriptor(at).reset();
  count_ = 0;
}

bool NotifyDatagram::look(int socket) {
  close();
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof descriptors_)];
  iovec into{text_.data(), text_.size()};
  msghdr header{};
  header.msg_iov = &into;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got;
  do {
    got = recvmsg(socket, &header, MSG_PEEK | MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return false;
  size_ = static_cast<size_t>(got);
  too_long_ = (header.msg_flags & MSG_TRUNC) != 0;
  sender_ = 0;
  user_ = static_cast<uid_t>(-1);
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET) continue;
    const size_t size = part->cmsg_len - CMSG_LEN(0);
    if (part->cmsg_type == SCM_RIGHTS) {
      count_ = std::min(size / sizeof(int), most_descriptors);
      std::memcpy(descriptors_.data(), CMSG_DATA(part), count_ * sizeof(int));
    }
    if (part->cmsg_type != SCM_CREDENTIALS || size < sizeof(ucred)) continue;
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(part), sizeof sender);
    sender_ = sender.pid;
    user_ = sender.uid;
  }
  return true;
}

// Without room for its descriptors, so that they are closed.
void NotifyDatagram::drop(int socket) {
  char begin[1];
  while (recv(socket, begin, sizeof begin, MSG_DONTWAIT) < 0 && errno == EINTR) continue;
}

// It takes the place of an older one in one step, so that nobody ever finds none.
Fd open_notify_socket(const char* name) {
  constexpr mode_t for_all = 0666;
  const Text<64> fresh(name, ".new");
  Fd made = new_socket();
  if (!made) return made;
  unlink(fresh.c_str());
  if (bind_to(made.get(), fresh, 0) && fchmodat(AT_FDCWD, fresh.c_str(), for_all, 0) == 0 &&
      rename(fresh.c_str(), name) == 0)
    return made;
  return Fd();
}

Fd open_abstract_notify_socket(std::string_view name) {
  Fd made = new_socket();
  if (made && bind_to(made.get(), name, 1)) return made;
  return Fd();
}

}  // namespace stoker
