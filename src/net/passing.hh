// SPDX-License-Identifier: ISC
// Messages with descriptors, through UNIX sockets.
#pragma once
#include <span>
#include <string_view>

#include "base/fd.hh"
#include "base/text.hh"

namespace stoker {

constexpr size_t most_passed = 253;  // as Linux has it

// Does not wait. False with errno.
[[nodiscard]] bool send_descriptors(int socket, std::span<const int> fds, std::string_view text);

// A message that was received. What is not taken out of `fds` is the caller's to close.
struct Passed {
  bool good = false;  // false: there was none, see errno; or it was cut, with errno 0
  size_t size = 0;    // of its text
  size_t count = 0;   // of descriptors, which are close-on-exec
};
// Does not wait. `peek`: the message stays in the queue, and its descriptors are copies.
Passed receive_descriptors(int socket, std::span<int> fds, std::span<char> text, bool peek);

// A pair for messages that are kept whole.
[[nodiscard]] bool make_message_pair(Fd& read, Fd& write);

// A socket for messages, at a path that may be longer than an address. `at` is a directory.
Fd open_message_socket(int at, const char* name);
[[nodiscard]] bool send_descriptors_to(int at, std::string_view path, std::span<const int> fds,
                                       std::string_view text);

}  // namespace stoker
