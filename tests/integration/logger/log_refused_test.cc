// SPDX-License-Identifier: ISC
// What loggers do where the system lacks something: system calls that a sandbox refuses, and
// /dev/null.
#ifdef __linux__
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

#ifdef __linux__
namespace {

// As a sandbox does it. Not to be used for what the program needs to be executed.
void refuse(long call, int error) {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(rules)), rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    _exit(126);
}

bool can_refuse() {
  Sandbox box;
  return box.run({"true"}, {.in_child = [] { refuse(SYS_splice, EPERM); }}).code == 0;
}

}  // namespace

TEST_CASE("each line is logged once where a sandbox refuses system calls on pipes") {
  if (!can_refuse()) SKIP("needs seccomp filters");
  for (const long call : {SYS_splice, SYS_tee, SYS_epoll_create1, SYS_epoll_ctl}) {
    for (const int error : {EPERM, ENOSYS, EINVAL}) {
      Sandbox box;
      INFO("call " << call << " error " << error);
      Process logger = box.start({"svlogd", "logs"},
                                 {.fed = true, .in_child = [call, error] { refuse(call, error); }});
      std::string all;
      for (const std::string part : {"one\n", "two\nth", "ree\n", "four\n"}) {
        all += part;
        logger.feed(part);
        await_logged(box, "logs", all.substr(0, all.rfind('\n') + 1));
      }
      logger.feed(numbered(5, 20000, 49));
      logger.close_input();
      CHECK(logger.wait() == 0);
      CHECK(logger.err() == "");
      CHECK(logged(box, "logs") == all + numbered(5, 20000, 49));
    }
  }
}

TEST_CASE("where a sandbox refuses splice, lines still stay in the pipe until they are logged") {
  if (!can_refuse()) SKIP("needs seccomp filters");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  Sandbox box;
  Channel pipe = box.channel("pipe");
  pipe.say("one\nhal");
  box.script("log", "exec svlogd $1 <pipe");
  const Process first =
      box.start({"./log", "first"}, {.in_child = [] { refuse(SYS_splice, EPERM); }});
  await_logged(box, "first", "one\nhal\n");
  pipe.say("two");
  await_logged(box, "first", "one\nhal\ntwo\n");
  // What is on file leaves the pipe a moment later.
  const Fd reader(open(pipe.path().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto is_empty = [&] {
    int count = -1;
    return ioctl(reader.get(), FIONREAD, &count) == 0 && count == 0;
  };
  box.wait_for(is_empty, "lines stay in the pipe");
  first.signal(SIGKILL);
  first.wait();
  pipe.say("three");
  const Process next = box.start({"./log", "next"});
  await_logged(box, "next", "three\n");
}
#endif

TEST_CASE("loggers work without /dev/null, or with a file in its place") {
  if (!can_mount()) SKIP("needs to mount");
  const std::string logger = GENERATE("svlogd ./logs", "multilog ./logs");
  for (const std::string device : {"", ": >/dev/null; "}) {
    Sandbox box;
    INFO(logger << " " << device);
    box.write("logs/config", "s0\n");
    box.write("in", numbered(1, 10000, 49));
    const Result result = box.run({"unshare", "-m", "sh", "-c",
                                   "mount -t tmpfs none /dev; " + device + "cat in | " + logger +
                                       "; echo $?; cat logs/@* logs/current 2>errors | wc -l; " +
                                       logger + " <&- >&- 2>&-; echo $?; wc -c </dev/null"});
    CHECK(result.out == "0\n10000\n0\n" + std::string(device.empty() ? "" : "0\n"));
  }
}
