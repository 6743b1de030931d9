// SPDX-License-Identifier: ISC
// A service that answers at the sockets that it inherits:
//
//     exec $SELF part responder $EVENTS [requests=N] [code=C] [quiet]
//
// It prints "up NAME NAME ...", the names of its sockets, unless it is to be quiet. A connection
// gets a line with its pid, and is closed; a datagram is answered with one, or reported as "got
// TEXT". After N requests it exits with code C, and on TERM with 0.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/fd.hh"
#include "base/signals.hh"
#include "process.hh"

namespace stoker::test {

namespace {

constexpr int first_socket = 3;

std::string variable(const char* name) {
  const char* const value = getenv(name);
  return value != nullptr ? value : "";
}

void report(const std::string& path, const std::string& word) {
  const Fd events(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  static_cast<void>(write_all(events.get(), word + "\n"));
}

int option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

std::string answer() { return std::to_string(getpid()) + "\n"; }

// False if another one was faster.
bool serve_connection(int listener) {
  const Fd client(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  return client && write_all(client.get(), answer());
}

bool serve_datagram(int fd, const std::string& events) {
  char text[256];
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const ssize_t got =
      recvfrom(fd, text, sizeof text, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
  if (got < 0) return false;
  const std::string line = answer();
  if (size <= sizeof(sa_family_t) ||
      sendto(fd, line.data(), line.size(), 0, reinterpret_cast<const sockaddr*>(&from), size) < 0)
    report(events, "got " + std::string(text, static_cast<size_t>(got)));
  return true;
}

bool serve_fifo(int fd, const std::string& events) {
  char text[256];
  const ssize_t got = read(fd, text, sizeof text);
  if (got > 0) report(events, "got " + std::string(text, static_cast<size_t>(got)));
  return got > 0;
}

bool serve(int fd, const std::string& events) {
  struct stat facts {};
  fstat(fd, &facts);
  if (S_ISFIFO(facts.st_mode)) return serve_fifo(fd, events);
  return option(fd, SO_ACCEPTCONN) == 1 ? serve_connection(fd) : serve_datagram(fd, events);
}

int respond(const std::vector<std::string>& arguments) {
  catch_signals({SIGTERM});
  const std::string& events = arguments.at(0);
  long requests = -1;
  int code = 0;
  bool quiet = false;
  for (const std::string& argument : arguments) {
    if (argument.starts_with("requests=")) requests = std::stol(argument.substr(9));
    if (argument.starts_with("code=")) code = std::stoi(argument.substr(5));
    quiet = quiet || argument == "quiet";
  }
  const bool ours = variable("LISTEN_PID") == std::to_string(getpid());
  const int count = ours ? std::atoi(variable("LISTEN_FDS").c_str()) : 0;
  if (!quiet) report(events, "up " + variable("LISTEN_FDNAMES"));
  std::vector<pollfd> fds;
  for (int at = 0; at < count; ++at) {
    fds.push_back({first_socket + at, POLLIN, 0});
    static_cast<void>(set_nonblocking(first_socket + at));
  }
  while (requests != 0) {
    wait_until(fds, never);
    if (next_signal() == SIGTERM) return 0;
    for (const pollfd& fd : fds)
      if (fd.revents != 0 && requests != 0 && serve(fd.fd, events) && requests > 0) --requests;
  }
  return code;
}
const Part responder("responder", respond);

}  // namespace

}  // namespace stoker::test
