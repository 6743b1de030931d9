// SPDX-License-Identifier: ISC
// Programs that send to NOTIFY_SOCKET.
//
//     $SELF part notify MESSAGE...             sends each argument as a message, and exits
//     exec $SELF part speaker $EVENTS $ORDERS  prints "up PID", and does what orders say:
//         exit N           exits
//         die MESSAGE      sends it and is killed at once
//         once MESSAGE     sends it, and does not try again
//         flood N          sends N messages
//         fork MESSAGE     a child sends it, and waits for TERM; the parent goes on
//         leave MESSAGE    sends it with a new descriptor, and does not wait
//         hang-up MESSAGE  sends it with that of a pipe whose other end is closed
//         anything else    is sent
//       It prints "said" after each, and "term" when it is asked to stop.
//
//     exec $SELF part daemon $EVENTS $ORDERS PIDFILE [late]
//       goes into the background, says "forked" if it is `late`, and waits for an order then;
//       writes its pid file, unless that is `-`, and is a speaker.
//
// `|` in a message is a newline, `%` a NUL, and `@` the pid of the sender. A message that begins
// with `FDSTORE`, or with `BARRIER`, has a descriptor with it: the write end of a pipe, and the
// sender waits until the other end is closed. One that begins with `BIG` has 64 kB.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/fd.hh"
#include "base/signals.hh"
#include "process.hh"

namespace stoker::test {

namespace {

Fd connected() {
  const char* const name = std::getenv("NOTIFY_SOCKET");
  Fd made(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const size_t size = name != nullptr ? std::strlen(name) : sizeof address.sun_path;
  if (size >= sizeof address.sun_path) return Fd();
  std::memcpy(address.sun_path, name, size);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  if (connect(made.get(), reinterpret_cast<sockaddr*>(&address), length) == 0) return made;
  return Fd();
}

std::string message_of(const std::string& text) {
  std::string message;
  for (const char byte : text)
    if (byte == '@')
      message += std::to_string(getpid());
    else
      message += byte == '|' ? '\n' : byte == '%' ? '\0' : byte;
  if (text.rfind("BIG", 0) == 0) message.resize(65536, 'x');
  return message;
}

bool send_all(int to, const std::string& text, int descriptor) {
  const std::string message = message_of(text);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec from{const_cast<char*>(message.data()), message.size()};
  msghdr header{};
  header.msg_iov = &from;
  header.msg_iovlen = 1;
  if (descriptor >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* const part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
  }
  return sendmsg(to, &header, MSG_NOSIGNAL) == static_cast<ssize_t>(message.size());
}

// A supervisor that was killed is back in a moment.
bool send_to_supervisor(const std::string& text) {
  const bool passes = text.rfind("FDSTORE", 0) == 0 || text.rfind("BARRIER", 0) == 0;
  Pipe pipe = passes ? make_pipe() : Pipe{};
  for (int tries = 0; tries < 1000; ++tries) {
    const Fd to = connected();
    if (to && send_all(to.get(), text, pipe.write.get())) break;
    if (to || (errno != ECONNREFUSED && errno != ENOENT)) return false;
    usleep(10'000);
  }
  pipe.write.reset();
  char byte;
  return !pipe || read(pipe.read.get(), &byte, 1) == 0;
}

int notify(const std::vector<std::string>& arguments) {
  for (const std::string& text : arguments)
    if (!send_to_supervisor(text)) return 1;
  return 0;
}
const Part notifier("notify", notify);

void say(const std::string& path, const std::string& word) {
  const Fd events(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  static_cast<void>(write_all(events.get(), word + "\n"));
}

std::string take_line(int orders) {
  std::string line;
  for (char byte = 0; read(orders, &byte, 1) == 1 && byte != '\n';) line += byte;
  return line;
}

void obey(const std::string& order) {
  const std::string word = order.substr(0, order.find(' '));
  const std::string rest = order.substr(std::min(word.size() + 1, order.size()));
  if (word == "exit") _exit(std::atoi(rest.c_str()));
  if (word == "die") {
    static_cast<void>(send_to_supervisor(rest));
    kill(getpid(), SIGKILL);
  }
  if (word == "leave" || word == "hang-up") {
    const Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Pipe pipe = make_pipe();
    const int left = word == "leave" ? file.get() : pipe.write.get();
    static_cast<void>(send_all(connected().get(), rest, left));
    return;
  }
  if (word == "once") {
    const Fd to = connected();
    if (!to || !send_all(to.get(), rest, -1)) _exit(1);
    return;
  }
  if (word == "flood") {
    const Fd to = connected();
    for (int left = std::atoi(rest.c_str()); left > 0; --left)
      static_cast<void>(send_all(to.get(), "STATUS=flood " + std::to_string(left), -1));
    return;
  }
  if (word != "fork") {
    static_cast<void>(send_to_supervisor(order));
    return;
  }
  if (fork() != 0) return;
  static_cast<void>(send_to_supervisor(rest));
  for (;;) {
    wait_until({}, never);
    while (const int number = next_signal())
      if (number == SIGTERM) _exit(0);
  }
}

int speak(const std::vector<std::string>& arguments) {
  catch_signals({SIGTERM});
  const Fd orders(open(arguments.at(1).c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  say(arguments[0], "up " + std::to_string(getpid()));
  for (pollfd fd{orders.get(), POLLIN, 0};; wait_until({&fd, 1}, never)) {
    if (next_signal() != 0) break;
    const std::string order = take_line(orders.get());
    if (order.empty()) continue;
    obey(order);
    say(arguments[0], "said");
  }
  say(arguments[0], "term");
  return 0;
}
const Part speaker("speaker", speak);

// Puts itself into the background as daemons do, and speaks there. The pid file is written by
// the daemon, after an order if it is to be late.
int detach(const std::vector<std::string>& arguments) {
  const std::string& file = arguments.at(2);
  const bool late = arguments.size() > 3;
  if (fork() != 0) return 0;
  setsid();
  if (fork() != 0) return 0;
  if (late) {
    const Fd orders(open(arguments[1].c_str(), O_RDWR | O_CLOEXEC));
    say(arguments[0], "forked");
    take_line(orders.get());
  }
  if (file != "-") {
    const Fd pid(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    static_cast<void>(write_all(pid.get(), std::to_string(getpid()) + "\n"));
  }
  return speak(arguments);
}
const Part daemon_part("daemon", detach);

}  // namespace

}  // namespace stoker::test
