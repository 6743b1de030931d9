// SPDX-License-Identifier: ISC
// No message to a supervisor is lost when that is killed, wherever it is with it.
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "kept_sockets.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

#ifdef __linux__

// The kernel's struct ptrace_syscall_info, for which libc's header and the kernel's quarrel.
struct CallInfo {
  uint8_t kind, padding[3];
  uint32_t machine;
  uint64_t instruction, stack;
  union {
    struct {
      uint64_t number, arguments[6];
    } entry;
    struct {
      int64_t value;
      uint8_t is_error;
    } exit;
  };
};
constexpr int get_call_info = 0x420e;

// striker PID N: kills a supervisor at the end of the Nth system call after the one that got it a
// message, which is 0. Says "ready", or "unable".
class Striker {
 public:
  Striker(pid_t pid, int calls) : pid_(pid), left_(calls) {}

  bool seize() const {
    return trace(PTRACE_SEIZE, PTRACE_O_TRACESYSGOOD) && trace(PTRACE_INTERRUPT, 0);
  }
  int strike() {
    for (int status; waitpid(pid_, &status, __WALL) == pid_ && WIFSTOPPED(status);) {
      const int signal = WSTOPSIG(status);
      if (signal == (SIGTRAP | 0x80) && is_time()) return kill(pid_, SIGKILL);
      const bool passes = signal != (SIGTRAP | 0x80) && (status >> 16) == 0;
      if (!trace(PTRACE_SYSCALL, passes ? signal : 0)) return 1;
    }
    return 1;
  }

 private:
  bool trace(int request, long data) const {
    return ptrace(static_cast<__ptrace_request>(request), pid_, 0L, data) == 0;
  }
  bool is_time() {
    CallInfo info{};
    ptrace(static_cast<__ptrace_request>(get_call_info), pid_, sizeof info, &info);
    if (info.kind == 1) number_ = info.entry.number;
    if (info.kind != 2) return false;
    hears_ = hears_ || (number_ == SYS_recvmsg && info.exit.value > 0);
    return hears_ && left_-- == 0;
  }

  pid_t pid_;
  int left_;
  uint64_t number_ = 0;
  bool hears_ = false;
};

int play_striker(const std::vector<std::string>& arguments) {
  Striker striker(std::stoi(arguments.at(0)), std::stoi(arguments.at(1)));
  const bool able = striker.seize();
  const Fd events(open(arguments.at(2).c_str(), O_WRONLY | O_CLOEXEC));
  static_cast<void>(write_all(events.get(), able ? "ready\n" : "unable\n"));
  return able ? striker.strike() : 1;
}
const Part striker("striker", play_striker);

#endif

constexpr char speaker[] = "exec $SELF part speaker $EVENTS $ORDERS";
// After the receipt; a few calls in a tree each, since svscan starts what dies young ever later.
constexpr int most_calls = 24, calls_each = 6;

// A tree with one service, whose supervisor is killed by a striker.
struct Struck {
  Struck() {
    box.script("scan/web/run",
               std::string("echo names ${LISTEN_FDNAMES-none} >$EVENTS; ") + speaker);
    box.write("scan/web/notification-socket", "");
    box.write("scan/web/fd-store", "64");
    tree.emplace(box.start({"svscan", "scan"}));
    CHECK(box.event() == "names none");
    CHECK(box.event().starts_with("up "));
  }

  StatusFile now() { return box.status("scan/web"); }

  // Has `order` carried out, lets the supervisor do so many calls with the message, and returns
  // when another has taken over. One that needs fewer is given more to do.
  void say_and_kill(const std::string& order, int calls) {
    await_copies(box, *tree, "scan/web");
    const uint32_t takeovers = now().takeovers;
    const Process strike =
        box.start({test_program(), "part", "striker", std::to_string(now().supervisor),
                   std::to_string(calls), box.path("strikes")});
    if (strikes.line() == "unable") SKIP("needs ptrace");
    box.order(order);
    CHECK(box.event() == "said");
    box.wait_for(
        [&] {
          const Fd control(open(box.path("scan/web/supervise/control").c_str(),
                                O_WRONLY | O_NONBLOCK | O_CLOEXEC));
          static_cast<void>(write_all(control.get(), "\n"));
          return strike.ended() && now().takeovers > takeovers;
        },
        "a successor");
    CHECK(strike.wait() == 0);
  }

  Sandbox box;
  Channel strikes = box.channel("strikes");
  std::optional<Process> tree;
};

}  // namespace

TEST_CASE("no message is lost by a supervisor that is killed while it hears it") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  const int first = calls_each * GENERATE(range(0, most_calls / calls_each));
  Struck struck;
  Sandbox& box = struck.box;
  std::string names = "names";
  for (int calls = first; calls < first + calls_each; ++calls) {
    CAPTURE(calls);
    const std::string number = std::to_string(calls);
    struck.say_and_kill("leave FDSTORE=1|FDNAME=n" + number + "|ERRNO=" + number, calls);
    box.await([=](const StatusFile& status) { return status.said.error == calls; }, number,
              "scan/web");
    names += (calls == first ? " n" : ":n") + number;
  }
  CHECK(struck.now().main_status.starts == 1);
  box.control("k", "scan/web");
  CHECK(box.event() == names);
}

TEST_CASE("a service is ready whenever the supervisor that hears it is killed") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Struck struck;
  for (int calls = 0; calls < most_calls; calls += most_calls / calls_each) {
    CAPTURE(calls);
    struck.say_and_kill("once READY=1", calls);
    struck.box.await(State::ready, "scan/web");
    struck.box.control("k", "scan/web");
    CHECK(struck.box.event() == "names none");
    CHECK(struck.box.event().starts_with("up "));
  }
}

TEST_CASE("a main process is followed whenever the supervisor that hears of it is killed") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Struck struck;
  for (int calls = 0; calls < most_calls; calls += most_calls / calls_each) {
    CAPTURE(calls);
    const pid_t before = struck.now().main.pid;
    struck.say_and_kill("fork MAINPID=@", calls);
    struck.box.await([=](const StatusFile& status) { return status.main.pid != before; },
                     "another main process", "scan/web");
    CHECK(struck.now().main_status.starts == 1);
  }
}
