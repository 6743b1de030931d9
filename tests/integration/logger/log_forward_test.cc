// SPDX-License-Identifier: ISC
// Lines sent to a syslog daemon, in the form of RFC 5424.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <regex>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

template <typename Address>
const sockaddr* plain(const Address& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

sockaddr_in loopback(uint16_t port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Fd bound(int type, uint16_t port = 0) {
  Fd fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const int yes = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  REQUIRE(bind(fd.get(), plain(address), sizeof address) == 0);
  if (type == SOCK_STREAM) REQUIRE(listen(fd.get(), 5) == 0);
  return fd;
}

uint16_t port_of(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  REQUIRE(getsockname(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), &size) == 0);
  return ntohs(address.sin_port);
}

Fd bound_locally(const std::string& path, int type) {
  Fd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(bind(fd.get(), plain(address), sizeof address) == 0);
  if (type == SOCK_STREAM) REQUIRE(listen(fd.get(), 5) == 0);
  return fd;
}

void await(const Fd& fd) {
  pollfd one{fd.get(), POLLIN, 0};
  REQUIRE(poll(&one, 1, 10000) == 1);
}

Fd accepted(const Fd& listener) {
  await(listener);
  return Fd(accept(listener.get(), nullptr, nullptr));
}

std::string next(const Fd& fd) {
  await(fd);
  std::string text(65536, '\0');
  const ssize_t got = recv(fd.get(), text.data(), text.size(), 0);
  REQUIRE(got >= 0);
  text.resize(static_cast<size_t>(got));
  return text;
}

// Splits a stream of sizes and messages; returns the texts of the messages.
struct Stream {
  explicit Stream(const Fd& from) : fd(from) {}
  std::string message() {
    for (;;) {
      const size_t blank = unread.find(' ');
      if (blank != std::string::npos) {
        const size_t size = std::stoul(unread);
        if (unread.size() >= blank + 1 + size) {
          std::string found = unread.substr(blank + 1, size);
          unread.erase(0, blank + 1 + size);
          return found;
        }
      }
      unread += next(fd);
    }
  }
  const Fd& fd;
  std::string unread;
};

std::string header(const std::string& priority, const std::string& name) {
  return "<" + priority + ">1 [0-9]{4}-[0-9-]{5}T[0-9:]{8}\\.[0-9]{6}Z [^ ]+ " + name + " - - - ";
}

bool is(const std::string& message, const std::string& form) {
  return std::regex_match(message, std::regex(form));
}

std::string text_of_message(const std::string& message) {
  return message.substr(message.find(" - - - ") + 7);
}

}  // namespace

TEST_CASE("lines are sent by UDP in the form of RFC 5424") {
  Sandbox box;
  const Fd daemon = bound(SOCK_DGRAM);
  box.write("web/config",
            "p> \n-b\nforward udp:127.0.0.1:" + std::to_string(port_of(daemon)) + "\n");
  CHECK(box.run({"svlogd", "-t", "web"}, {.input = "a\nb\nc\n"}).code == 0);
  CHECK(is(next(daemon), header("30", "web") + "> a"));
  CHECK(is(next(daemon), header("30", "web") + "> c"));
  CHECK(without_stamps(logged(box, "web"), 26) == "> a\n> c\n");
}

TEST_CASE("lines are sent by TCP with their size in front") {
  Sandbox box;
  const Fd listener = bound(SOCK_STREAM);
  const std::string place = "tcp:127.0.0.1:" + std::to_string(port_of(listener));
  Process logger =
      box.start({"multilog", "forward=" + place + " local0.notice app", "./logs"}, {.fed = true});
  logger.feed("one\ntwo\n");
  const Fd daemon = accepted(listener);
  Stream stream(daemon);
  CHECK(is(stream.message(), header("133", "app") + "one"));
  CHECK(is(stream.message(), header("133", "app") + "two"));
  logger.feed("three\n");
  CHECK(text_of_message(stream.message()) == "three");
  await_logged(box, "logs", "one\ntwo\nthree\n");
}

TEST_CASE("a daemon that was unreachable gets the lines when it is back") {
  Sandbox box;
  Fd listener = bound(SOCK_STREAM);
  const uint16_t port = port_of(listener);
  box.write("logs/config", "forward tcp:127.0.0.1:" + std::to_string(port) + "\n");
  Process logger = box.start({"svlogd", "logs"}, {.fed = true});
  logger.feed("one\n");
  {
    const Fd daemon = accepted(listener);
    CHECK(text_of_message(Stream(daemon).message()) == "one");
    listener.reset();
  }
  box.wait_for([&] { return contains(logger.err(), "unable to forward lines"); },
               "it does not learn of it");
  logger.feed("two\n");
  await_logged(box, "logs", "one\ntwo\n");
  listener = bound(SOCK_STREAM, port);
  const Fd daemon = accepted(listener);
  CHECK(text_of_message(Stream(daemon).message()) == "two");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("a daemon that reads nothing does not stop the log, and learns what it missed") {
  Sandbox box;
  const Fd listener = bound(SOCK_STREAM);
  box.write("logs/config", "s0\nforward tcp:127.0.0.1:" + std::to_string(port_of(listener)) + "\n");
  Process logger = box.start({"svlogd", "logs"}, {.fed = true});
  constexpr int last = 120000;
  logger.feed(numbered(1, last, 99));
  await_logged(box, "logs", numbered(1, last, 99));
  const Fd daemon = accepted(listener);
  Stream stream(daemon);
  int expected = 1;
  while (text_of_message(stream.message()) == numbered(expected, expected, 99).substr(0, 99))
    ++expected;
  CHECK(expected < last);
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("lines are sent to a local socket of either kind") {
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    Sandbox box;
    const Fd daemon = bound_locally(box.path("log"), type);
    box.write("logs/config", "forward unix:" + box.path("log") + " user.err\n");
    Process logger = box.start({"svlogd", "logs"}, {.fed = true});
    logger.feed("hello\n");
    std::string message;
    if (type == SOCK_DGRAM) {
      message = next(daemon);
    } else {
      const Fd connection = accepted(daemon);
      message = Stream(connection).message();
    }
    CHECK(is(message, header("11", "logs") + "hello"));
    logger.close_input();
    CHECK(logger.wait() == 0);
  }
}

TEST_CASE("a local daemon that was unreachable gets a count of what it missed") {
  Sandbox box;
  box.write("logs/config", "forward unix:" + box.path("log") + "\n");
  Process logger = box.start({"svlogd", "logs"}, {.fed = true});
  logger.feed("one\ntwo\n");
  await_logged(box, "logs", "one\ntwo\n");
  const Fd daemon = bound_locally(box.path("log"), SOCK_DGRAM);
  int fed = 2;
  // It tries again after a second.
  box.wait_for(
      [&] {
        logger.feed("more\n");
        ++fed;
        pollfd one{daemon.get(), POLLIN, 0};
        return poll(&one, 1, 100) == 1;
      },
      "nothing comes");
  const std::string notice = text_of_message(next(daemon));
  REQUIRE(notice.starts_with("dropped "));
  const int lost = std::stoi(notice.substr(8));
  CHECK(lost >= 2);
  CHECK(lost < fed);
  CHECK(text_of_message(next(daemon)) == "more");
}

TEST_CASE("forward-only logs what could not be sent") {
  Sandbox box;
  box.write("logs/config", "forward-only unix:" + box.path("log") + "\n");
  const Result result = box.run({"svlogd", "logs"}, {.input = "one\n"});
  CHECK(result.code == 0);
  CHECK(contains(result.err, "svlogd: warning: unable to forward lines: "));
  CHECK(logged(box, "logs") == "warning: failure sending through syslog: one\n");
  const Fd daemon = bound_locally(box.path("log"), SOCK_DGRAM);
  CHECK(box.run({"svlogd", "logs"}, {.input = "two\n"}).code == 0);
  CHECK(text_of_message(next(daemon)) == "two");
  CHECK_FALSE(contains(logged(box, "logs"), "two"));
}

TEST_CASE("an invalid forward address is reported") {
  Sandbox box;
  box.write("logs/config", "forward tcp:host.example\n");
  const Result result = box.run({"svlogd", "logs"}, {.input = "x\n"});
  CHECK(result.err == "svlogd: warning: invalid line in logs/config: forward tcp:host.example\n");
  CHECK(logged(box, "logs") == "x\n");
  const Result script = box.run({"multilog", "forward=udp:1.2.3.4 daemon.information", "./two"});
  CHECK(script.code == 111);
  CHECK(script.err ==
        "multilog: fatal: invalid argument: forward udp:1.2.3.4 daemon.information\n");
}
