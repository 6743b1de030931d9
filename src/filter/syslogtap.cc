// SPDX-License-Identifier: ISC
// syslogtap: turn what syslog(3) sends into lines. See syslogtap(8).
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>

#include "base/fd.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "logdir/syslog.hh"

namespace stoker {

namespace {

constexpr About about{"syslogtap [-m mode] socket",
                      "Receive what programs send to syslog, and write it as lines.\n"
                      "  -m mode  of the socket, in octal (0666)\n"};

// Large; only those pages take memory that have ever been used.
char datagram[65536];
char lines[131072];
constexpr size_t longest_line = 32768;

mode_t parse_mode(const char* text) {
  const std::string_view digits(text);
  unsigned mode = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, mode, 8);
  if (error != std::errc() || stopped != end || mode > 0777)
    die({"-m: not a mode: ", text}, exit_misuse);
  return mode;
}

const sockaddr* plain(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

// Removes a socket that no process reads any more.
void clear_the_way(const char* path, const sockaddr_un& address) {
  struct stat found {};
  if (lstat(path, &found) != 0) return;
  if (!S_ISSOCK(found.st_mode)) die({"unable to listen on ", path, ": not a socket"});
  const Fd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (probe && connect(probe.get(), plain(address), sizeof address) == 0)
    die({"unable to listen on ", path, ": in use"});
  if (errno == ECONNREFUSED) unlink(path);
}

Fd listen_on(const char* path, mode_t mode) {
  const std::string_view name(path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.empty() || name.size() >= sizeof address.sun_path) {
    errno = name.empty() ? ENOENT : ENAMETOOLONG;
    die_errno({"unable to listen on ", path});
  }
  std::copy_n(name.data(), name.size(), address.sun_path);
  clear_the_way(path, address);
  Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || bind(fd.get(), plain(address), sizeof address) != 0 || chmod(path, mode) != 0)
    die_errno({"unable to listen on ", path});
  return fd;
}

// Messages that were received and not written yet.
class Lines {
 public:
  bool empty() const { return begin_ == end_; }

  // Receives what waits, as far as there is room.
  void receive(int fd) {
    while (sizeof lines - end_ >= longest_line) {
      const ssize_t got = recv(fd, datagram, sizeof datagram, 0);
      if (got < 0) return;
      const std::string_view text(datagram, static_cast<size_t>(got));
      end_ += syslog_line(text, std::span(lines + end_, longest_line)).size();
    }
  }

  // A pipe that poll(2) calls writable takes PIPE_BUF bytes at once.
  void put_out() {
    const size_t size = std::min<size_t>(end_ - begin_, PIPE_BUF);
    const ssize_t written = write(STDOUT_FILENO, lines + begin_, size);
    if (written < 0 && errno != EAGAIN && errno != EINTR)
      die_errno({"unable to write to standard output"});
    begin_ += static_cast<size_t>(std::max<ssize_t>(written, 0));
    if (empty()) begin_ = end_ = 0;
  }

 private:
  size_t begin_ = 0, end_ = 0;
};

// Runs until a signal asks it to stop and all that was sent before is written; a second signal
// stops it at once.
void serve(int socket) {
  Lines waiting;
  int asked_to_stop = 0;
  for (;;) {
    if (waiting.empty()) waiting.receive(socket);
    if (waiting.empty() ? asked_to_stop > 0 : asked_to_stop > 1) return;
    pollfd news = waiting.empty() ? pollfd{socket, POLLIN, 0} : pollfd{STDOUT_FILENO, POLLOUT, 0};
    wait_until({&news, 1}, never);
    if (news.revents != 0 && !waiting.empty()) waiting.put_out();
    while (next_signal() != 0) ++asked_to_stop;
  }
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"syslogtap"});
  mode_t mode = 0666;
  Options words(argc, argv, &about);
  while (const char letter = words.next()) {
    if (letter != 'm') words.refuse(letter);
    mode = parse_mode(words.required_value(letter));
  }
  if (words.count() != 1) usage(about.synopsis);
  const char* const path = words.arguments()[0];
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"});

  catch_signals({SIGTERM, SIGINT, SIGPIPE});
  const Fd socket = listen_on(path, mode);
  serve(socket.get());
  unlink(path);
  return 0;
}
