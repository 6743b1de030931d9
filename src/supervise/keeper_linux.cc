// SPDX-License-Identifier: ISC
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/lines.hh"
#include "base/parse.hh"
#include "base/reexec.hh"
#include "net/passing.hh"
#include "service/scanner.hh"
#include "supervise/keeper.hh"

namespace stoker {

namespace {

// A message: a line with the number of sockets, and then one for each descriptor.
constexpr size_t longest_message =
    64 + most_sockets * (longest_listen_line + 1) + most_stored * (longest_listen_line + 1);
static_assert(HeldDescriptors::most + 1 <= most_passed);

// The line of the notification socket, the last one: no name of a descriptor.
constexpr std::string_view notification_line = "=";

struct Message {
  std::array<int, most_passed> fds;
  size_t count = 0;
  char text[longest_message];
  size_t size = 0;

  void close() {
    for (const int fd : std::span(fds).first(count)) Fd(fd).reset();
    count = 0;
  }
};

// Each look goes on behind the last one.
void look_from_the_start(int fd) {
  constexpr int start = 0;
  setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &start, sizeof start);
}

// The newest message of the queue, and how many there are.
unsigned look(int fd, Message& newest) {
  Message next;  // NOLINT(*-member-init)
  unsigned messages = 0;
  look_from_the_start(fd);
  for (;; ++messages) {
    const Passed got = receive_descriptors(fd, next.fds, next.text, true);
    if (!got.good && errno != 0) return messages;
    newest.close();
    std::copy_n(next.fds.begin(), got.count, newest.fds.begin());
    std::copy_n(next.text, got.size, newest.text);
    newest.count = got.count;
    newest.size = got.size;
  }
}

}  // namespace

void Keeper::inherit(const char* text) {
  if (text == nullptr) return;
  std::string_view words(text);
  read_ = inherit_descriptor(words);
  write_ = inherit_descriptor(words);
}

void Keeper::recover(FunctionRef<void(Fd&, Kind, std::string_view line)> take) {
  if (!is_open()) return;
  Message message;  // NOLINT(*-member-init)
  messages_ = look(read_.get(), message);
  std::string_view text(message.text, message.size);
  const size_t sockets = parse_number<size_t>(next_line(text)).value_or(0);
  for (size_t at = 0; at < message.count; ++at) {
    Fd fd(message.fds[at]);
    const std::string_view line = next_line(text);
    const bool reports = line == notification_line;
    take(fd, at < sockets ? Kind::socket : reports ? Kind::notification : Kind::stored, line);
  }
}

bool Keeper::replace(const HeldDescriptors& held, int notification) {
  const bool empty = held.empty() && notification < 0;
  if (!is_open() && empty) return true;
  if (!is_open() && !make_message_pair(read_, write_)) return false;
  std::array<int, most_passed> fds;
  size_t count = 0;
  Text<longest_message> text(held.sockets().size(), "\n");
  for (const auto& items : {held.sockets(), held.stored()})
    for (const HeldDescriptors::Item& item : items) {
      fds[count++] = item.fd;
      text.append(item.line(), "\n");
    }
  if (notification >= 0) {
    fds[count++] = notification;
    text.append(notification_line, "\n");
  }
  if (!empty && !send_descriptors(write_.get(), std::span(fds).first(count), text)) return false;
  char begin[1];
  for (; messages_ > 0; --messages_)
    if (recv(read_.get(), begin, sizeof begin, MSG_DONTWAIT) < 0) break;
  messages_ = empty ? 0 : 1;
  return true;
}

bool Keeper::offer(int at, std::string_view path) const {
  const int ends[] = {read_.get(), write_.get()};
  const auto head = scan_message(scan_letter::keep, getpid(), 0);
  return send_descriptors_to(at, path, ends, {head.data(), head.size()});
}

}  // namespace stoker
