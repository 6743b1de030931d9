// SPDX-License-Identifier: ISC
// The datagram socket on which a service reports to its supervisor, see sd_notify(3). Where the
// system does not tell who has sent a datagram, it cannot be opened: ENOTSUP.
#pragma once
#include <sys/types.h>

#include <array>
#include <string_view>

#include "base/fd.hh"
#include "net/notify_message.hh"

namespace stoker {

// As it was received: its sender, and descriptors, which are closed with it.
class NotifyDatagram {
 public:
  NotifyDatagram() = default;
  NotifyDatagram(const NotifyDatagram&) = delete;
  NotifyDatagram& operator=(const NotifyDatagram&) = delete;
  ~NotifyDatagram() { close(); }

  // Looks at the next one, which stays in the socket until it is dropped, so that a successor
  // finds it if this process is killed before. The descriptors are copies. False if there is none.
  bool look(int socket);
  // Takes the one that was looked at from the socket.
  static void drop(int socket);

  pid_t sender() const { return sender_; }  // 0: of no process that is seen from here
  uid_t user() const { return user_; }
  bool is_too_long() const { return too_long_; }
  std::string_view text() const { return {text_.data(), size_}; }
  size_t descriptor_count() const { return count_; }
  // Takes one of them; each can be taken once.
  Fd take_descriptor(size_t at) { return Fd(std::exchange(descriptors_[at], -1)); }

 private:
  static constexpr size_t most_descriptors = 253;  // that Linux passes at once

  void close();

  pid_t sender_ = 0;
  uid_t user_ = static_cast<uid_t>(-1);
  bool too_long_ = false;
  size_t size_ = 0, count_ = 0;
  std::array<int, most_descriptors> descriptors_;
  std::array<char, longest_notify_message> text_;
};

// A socket with a name in the current directory, which replaces what has that name, for every user
// to write to. Empty with errno.
Fd open_notify_socket(const char* name);
// … with a name that is not in the file system.
Fd open_abstract_notify_socket(std::string_view name);

}  // namespace stoker
