// SPDX-License-Identifier: ISC
#include "net/passing.hh"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace stoker {

namespace {

// Room for the descriptors of a message.
struct Control {
  alignas(cmsghdr) char bytes[CMSG_SPACE(most_passed * sizeof(int))];
};

bool send_message(int socket, msghdr& message) {
  for (;;) {
    if (sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return true;
    if (errno != EINTR) return false;
  }
}

void attach(msghdr& message, Control& control, std::span<const int> fds) {
  if (fds.empty()) return;
  message.msg_control = control.bytes;
  message.msg_controllen =
      static_cast<decltype(message.msg_controllen)>(CMSG_SPACE(fds.size_bytes()));
  std::fill_n(control.bytes, message.msg_controllen, '\0');
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = static_cast<decltype(head->cmsg_len)>(CMSG_LEN(fds.size_bytes()));
  memcpy(CMSG_DATA(head), fds.data(), fds.size_bytes());
}

size_t take_descriptors(msghdr& message, std::span<int> into) {
  size_t count = 0;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
       head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    const size_t got = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t at = 0; at < got; ++at) {
      int fd = -1;
      memcpy(&fd, CMSG_DATA(head) + at * sizeof fd, sizeof fd);
      if (count < into.size())
        into[count++] = fd;
      else
        Fd(fd).reset();
    }
  }
  return count;
}

// By the directory's descriptor, since an address is short.
bool fill_address(sockaddr_un& address, int at, std::string_view path) {
  const Text<sizeof address.sun_path - 1> place(
      path.starts_with('/') ? Text<40>() : Text<40>("/proc/self/fd/", at, "/"), path);
  errno = ENAMETOOLONG;
  if (place.truncated()) return false;
  address.sun_family = AF_UNIX;
  std::copy_n(place.c_str(), place.size() + 1, address.sun_path);
  return true;
}

}  // namespace

bool send_descriptors(int socket, std::span<const int> fds, std::string_view text) {
  Control control;
  iovec piece{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  attach(message, control, fds);
  return send_message(socket, message);
}

Passed receive_descriptors(int socket, std::span<int> fds, std::span<char> text, bool peek) {
  Control control;
  iovec piece{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  const int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC | (peek ? MSG_PEEK : 0);
  ssize_t got = 0;
  do got = recvmsg(socket, &message, flags);
  while (got < 0 && errno == EINTR);
  Passed passed;
  if (got < 0) return passed;
  passed.size = static_cast<size_t>(got);
  passed.count = take_descriptors(message, fds);
  errno = 0;
  passed.good = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  return passed;
}

bool make_message_pair(Fd& read, Fd& write) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return false;
  read = Fd(ends[0]);
  write = Fd(ends[1]);
  return true;
}

Fd open_message_socket(int at, const char* name) {
  sockaddr_un address{};
  Fd made(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made || !fill_address(address, at, name)) return Fd();
  unlinkat(at, name, 0);
  // Only for processes of this user.
  if (fchmod(made.get(), 0600) != 0 ||
      bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return Fd();
  return made;
}

bool send_descriptors_to(int at, std::string_view path, std::span<const int> fds,
                         std::string_view text) {
  sockaddr_un address{};
  const Fd sender(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return sender && fill_address(address, at, path) &&
         connect(sender.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         send_descriptors(sender.get(), fds, text);
}

}  // namespace stoker
