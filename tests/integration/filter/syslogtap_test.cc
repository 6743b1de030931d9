// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>

#include <csignal>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Fd connected(const std::string& path) {
  Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const auto* const plain = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (connect(fd.get(), plain, sizeof address) != 0) return {};
  return fd;
}

void send_to(const Fd& fd, const std::string& text) {
  REQUIRE(send(fd.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
}

Process start_tap(Sandbox& box, const Argv& argv = {"syslogtap", "log"}) {
  Process tap = box.start(argv);
  box.wait_for([&] { return static_cast<bool>(connected(box.path("log"))); }, "it does not listen");
  return tap;
}

}  // namespace

TEST_CASE("messages become lines") {
  Sandbox box;
  const Process tap = start_tap(box);
  const Fd fd = connected(box.path("log"));
  send_to(fd, "<30>Nov 22 09:13:50 cron[12]: hello\n");
  send_to(fd, "<86>sshd: two\nlines");
  const std::string expected = "daemon.info: cron[12]: hello\nauthpriv.info: sshd: two#012lines\n";
  box.wait_for([&] { return tap.out() == expected; }, "they do not come");
  CHECK(mode_of(box, "log") == 0666);
  tap.signal(SIGTERM);
  CHECK(tap.wait() == 0);
  CHECK_FALSE(box.exists("log"));
  CHECK(tap.err() == "");
}

TEST_CASE("daemons that know only syslog(3) end up in logs of their own") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.write("cron/config", "-*\n+*: cron*\n");
  box.write("rest/config", "-*: cron*\n");
  box.script("service",
             "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; syslogtap /dev/log | svlogd "
             "cron rest & tap=$!\n"
             "until [ -S /dev/log ]; do :; done\n"
             "logger -t cron one; logger -t other two; logger -p local0.err -t cron three\n"
             "echo sent >$EVENTS; wait");
  if (box.run({"sh", "-c", "command -v logger"}).code != 0) SKIP("needs logger");
  const Process service = box.start({"unshare", "-m", "./service"});
  CHECK(box.event() == "sent");
  box.wait_for([&] { return contains(logged(box, "cron"), "three"); }, "it does not come");
  CHECK(logged(box, "cron") == "user.notice: cron: one\nlocal0.err: cron: three\n");
  await_logged(box, "rest", "user.notice: other: two\n");
}

TEST_CASE("a flood of messages comes through in order") {
  Sandbox box;
  const Process tap = start_tap(box);
  const Fd fd = connected(box.path("log"));
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    send_to(fd, "<13>" + std::to_string(i));
    expected += "user.notice: " + std::to_string(i) + "\n";
  }
  tap.signal(SIGTERM);
  CHECK(tap.wait() == 0);
  CHECK(tap.out() == expected);
}

TEST_CASE("a socket that is left over is replaced, one in use is not") {
  Sandbox box;
  {
    const Process killed = start_tap(box);
    killed.signal(SIGKILL);
    killed.wait();
  }
  CHECK(box.exists("log"));
  const Process tap = start_tap(box, {"syslogtap", "-m", "600", "log"});
  box.wait_for([&] { return mode_of(box, "log") == 0600; }, "the mode of the socket");
  const Result second = box.run({"syslogtap", "log"});
  CHECK(second.code == 111);
  CHECK(second.err == "syslogtap: fatal: unable to listen on log: in use\n");
  CHECK(box.exists("log"));
}

TEST_CASE("a file that is not a socket is kept, and is an error") {
  Sandbox box;
  box.write("log", "mine");
  const Result result = box.run({"syslogtap", "log"});
  CHECK(result.code == 111);
  CHECK(result.err == "syslogtap: fatal: unable to listen on log: not a socket\n");
  CHECK(box.read("log") == "mine");
  CHECK(box.run({"syslogtap", "no/log"}).err ==
        "syslogtap: fatal: unable to listen on no/log: file does not exist\n");
}

TEST_CASE("TERM works when the output is not read") {
  Sandbox box;
  const Channel stuck = box.channel("stuck");  // open, and never read
  box.script("tap", "exec syslogtap log >stuck");
  const Process tap = start_tap(box, {"./tap"});
  const Fd fd = connected(box.path("log"));
  const std::string message = "<13>" + std::string(4000, 'x');
  // Until the pipe, the program and the socket are full.
  while (send(fd.get(), message.data(), message.size(), MSG_DONTWAIT) > 0) {
  }
  tap.signal(SIGTERM);
  tap.signal(SIGINT);
  CHECK(tap.wait() == 0);
  CHECK_FALSE(box.exists("log"));
}

TEST_CASE("it exits when its reader has gone") {
  Sandbox box;
  REQUIRE(mkfifo(box.path("pipe").c_str(), 0600) == 0);
  Fd reader(open(box.path("pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  box.script("tap", "syslogtap log >pipe; exit 0");
  const Process tap = box.start({"./tap"});
  box.wait_for([&] { return static_cast<bool>(connected(box.path("log"))); }, "it does not listen");
  const Fd fd = connected(box.path("log"));
  reader.reset();
  send_to(fd, "<13>x");
  CHECK(tap.wait() == 0);
  CHECK(tap.err() == "syslogtap: fatal: unable to write to standard output: broken pipe\n");
}

TEST_CASE("wrong usage of syslogtap is reported") {
  Sandbox box;
  for (const Argv& argv : {Argv{"syslogtap"}, Argv{"syslogtap", "a", "b"}, Argv{"syslogtap", "-m"},
                           Argv{"syslogtap", "-x", "a"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    CHECK(contains(result.err, "syslogtap: usage: syslogtap [-m mode] socket\n"));
  }
  const Result mode = box.run({"syslogtap", "-m", "9", "a"});
  CHECK(mode.code == 100);
  CHECK(mode.err == "syslogtap: fatal: -m: not a mode: 9\n");
}
