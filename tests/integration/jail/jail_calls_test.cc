// SPDX-License-Identifier: ISC
// The walls made of system calls, from inside: each refuses what it is for, and little else.
#include <linux/audit.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <csignal>
#include <utility>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Call {
  long number;
  std::vector<unsigned long> arguments = {};
};

// Makes each call and prints the name of its error, or `ok`.
Argv perl(const std::vector<Call>& calls) {
  std::string script =
      "use Errno; $| = 1; sub c { $! = 0; my $r = syscall($_[0] + 0, map { $_ + 0 }"
      " @_[1..$#_]); print $r == -1 ? (grep { $!{$_} } qw(EPERM EAFNOSUPPORT "
      "ENOSYS EACCES EBADF EFAULT EINVAL ENOENT))[0] || $!+0 : 'ok', \"\\n\"; } ";
  for (const auto& [number, arguments] : calls) {
    script += "c(" + std::to_string(number);
    for (const unsigned long each : arguments) script += "," + std::to_string(each);
    script += "); ";
  }
  return {"perl", "-e", script};
}

Argv jail(const Argv& options, const Argv& program) {
  Argv words = {"jail"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

bool can_call() {
  static const bool can = has_linux_parts() && system("perl -MErrno -e 1 2>/dev/null") == 0;
  return can;
}

// As root, where possible, and as an ordinary user.
std::vector<Setup> everybody() {
  std::vector<Setup> all;
  if (can_be_root()) all.push_back({});
  if (nobody_can_run()) all.push_back(as_nobody());
  return all;
}

void check_calls(const Argv& options, const std::vector<Call>& calls, const std::string& answers) {
  Sandbox box;
  for (const Setup& setup : everybody()) {
    const Result result = box.run(jail(options, perl(calls)), setup);
    CAPTURE(options);
    CHECK(result.err == "");
    CHECK(result.out == answers);
  }
}

constexpr char no_calls[] = "needs Linux's filters, and perl to make calls";

}  // namespace

TEST_CASE("protected parts of the kernel fail with EPERM, and the program goes on") {
  if (!can_call()) SKIP(no_calls);
  check_calls({"--protect-clock"}, {{SYS_clock_settime, {0, 0}}, {SYS_adjtimex, {0}}, {SYS_getpid}},
              "EPERM\nEPERM\nok\n");
  check_calls({"--protect-kernel-logs", "--try"}, {{SYS_syslog, {10, 0, 0}}, {SYS_getpid}},
              "EPERM\nok\n");
  check_calls({"--protect-kernel-modules", "--try"}, {{SYS_delete_module, {0, 0}}}, "EPERM\n");
  check_calls({"--protect-hostname"}, {{SYS_sethostname, {0, 0}}}, "EPERM\n");
}

TEST_CASE("real-time scheduling, personalities and special modes are refused") {
  if (!can_call()) SKIP(no_calls);
  check_calls({"--restrict-realtime"},
              {{SYS_sched_setscheduler, {0, SCHED_FIFO, 0}},
               {SYS_sched_setscheduler, {0, SCHED_BATCH, 0}},
               {SYS_sched_setattr, {0, 0, 0}}},
              "EPERM\nEINVAL\nEPERM\n");
  check_calls({"--lock-personality"},
              {{SYS_personality, {ADDR_NO_RANDOMIZE}}, {SYS_personality, {0xffff'ffff}}},
              "EPERM\nok\n");
  Sandbox box;
  const Result result = box.run(jail(
      {"--restrict-suid-sgid"},
      {"/bin/sh", "-c",
       "exec 2>/dev/null; : >f; chmod 4755 f || echo no; chmod 2755 f || echo no; chmod 755 f; "
       "stat -c %a f; mkdir -m 2777 d || echo no; install -m 4755 f g || echo no"}));
  CHECK(result.out == "no\nno\n755\nno\nno\n");
}

TEST_CASE("sockets are made only of the families in the list") {
  if (!can_call()) SKIP(no_calls);
  const std::vector<Call> calls = {{SYS_socket, {AF_UNIX, SOCK_STREAM, 0}},
                                   {SYS_socket, {AF_INET, SOCK_STREAM, 0}},
                                   {SYS_socket, {AF_PACKET, SOCK_DGRAM, 0}},
                                   {SYS_socket, {99, SOCK_DGRAM, 0}}};
  check_calls({"--restrict-address-families", "AF_UNIX"}, calls,
              "ok\nEAFNOSUPPORT\nEAFNOSUPPORT\nEAFNOSUPPORT\n");
  check_calls({"--restrict-address-families=AF_UNIX AF_PACKET", "--restrict-address-families",
               "~AF_PACKET AF_VSOCK"},
              calls, "ok\nEAFNOSUPPORT\nEAFNOSUPPORT\nEAFNOSUPPORT\n");
  check_calls({"--restrict-address-families", "~AF_PACKET"}, calls,
              "ok\nok\nEAFNOSUPPORT\nEAFNOSUPPORT\n");
  check_calls({"--restrict-address-families", "none"}, calls,
              "EAFNOSUPPORT\nEAFNOSUPPORT\nEAFNOSUPPORT\nEAFNOSUPPORT\n");
}

TEST_CASE("namespaces are made only of the kinds in the list") {
  if (!can_call()) SKIP(no_calls);
  const std::vector<Call> calls = {{SYS_unshare, {CLONE_NEWUSER}},
                                   {SYS_unshare, {CLONE_FILES}},
                                   {SYS_clone, {CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0}},
                                   {SYS_setns, {~0U, 0}},
                                   {SYS_setns, {~0U, CLONE_NEWNET}},
                                   {SYS_clone3, {0, 0}}};
  check_calls({"--restrict-namespaces"}, calls, "EPERM\nok\nEPERM\nEPERM\nEPERM\nENOSYS\n");
  check_calls({"--restrict-namespaces=net"}, calls, "EPERM\nok\nEPERM\nEPERM\nEBADF\nENOSYS\n");
  check_calls({"--restrict-namespaces=~user"}, calls, "EPERM\nok\nEPERM\nEPERM\nEBADF\nENOSYS\n");
  Sandbox box;
  // Threads and processes are made without clone3, too.
  CHECK(box.run(jail({"--restrict-namespaces"}, {"sh", "-c", "(echo fine) | cat"})).out ==
        "fine\n");
}

TEST_CASE("memory is either written or executed") {
  if (!can_call()) SKIP(no_calls);
  constexpr unsigned long anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
  check_calls({"--memory-deny-write-execute"},
              {{SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, anonymous, ~0UL, 0}},
               {SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, anonymous, ~0UL, 0}},
               {SYS_shmat, {~0U, 0, 0100000}}},
              "EPERM\nok\nEPERM\n");
  // What was written does not become executable.
  const std::string script = "my $m = syscall(" + std::to_string(SYS_mmap) + ",0,4096,3," +
                             std::to_string(anonymous) + ",-1,0); print syscall(" +
                             std::to_string(SYS_mprotect) + ",$m,4096,5) == -1 ? 'no' : 'yes'";
  Sandbox box;
  CHECK(box.run({"perl", "-e", script}).out == "yes");
  CHECK(box.run(jail({"--memory-deny-write-execute"}, {"perl", "-e", script})).out == "no");
}

TEST_CASE("calls of another architecture kill the program") {
  if (!can_call()) SKIP(no_calls);
  Sandbox box;
  CHECK(box.run(jail({"--system-call-architectures", "native"}, {"echo", "fine"})).out == "fine\n");
#if defined(__x86_64__) && defined(__LP64__)
  const auto x32 = perl({{0x4000'0000 + SYS_getpid}});
  CHECK(box.run(jail({"--system-call-architectures=native"}, x32)).code == 128 + SIGSYS);
  CHECK(box.run(jail({"--protect-clock"}, x32)).code == 128 + SIGSYS);
  // Of a kernel without them this is an error.
  CHECK(box.run(jail({"--system-call-architectures=x32"}, x32)).code == 0);
  CHECK(box.run(jail({"--system-call-architectures=x86", "--protect-clock"}, {"true"})).err ==
        "jail: fatal: system calls of other architectures cannot be restricted: permit only native "
        "ones, or remove the other restrictions of system calls\n");
#endif
}

#if defined(__x86_64__) && defined(__LP64__)
TEST_CASE("a program with 64 bits cannot make calls with 32 bits") {
  if (!can_call()) SKIP(no_calls);
  Sandbox box;
  // exit(7) by `int 0x80`, in an ELF file of its own.
  const std::string make =
      "import struct; c=b'\\xbb\\x07\\0\\0\\0\\xb8\\x01\\0\\0\\0\\xcd\\x80'; "
      "h=b'\\x7fELF\\x02\\x01\\x01'+b'\\0'*9+struct.pack('<HHIQQQIHHHHHH',2,62,1,0x400078,64,0,0,"
      "64,56,1,0,0,0)+struct.pack('<IIQQQQQQ',1,5,0,0x400000,0x400000,120+len(c),120+len(c),4096); "
      "open('old','wb').write(h+c)";
  if (box.run({"python3", "-c", make}).code != 0) SKIP("python3 makes the program");
  box.run({"chmod", "755", "old"});
  if (box.run({"./old"}).code != 7) SKIP("the kernel has no calls with 32 bits");
  CHECK(box.run(jail({"--protect-clock"}, {"./old"})).code == 128 + SIGSYS);
  CHECK(box.run(jail({"--system-call-architectures=native"}, {"./old"})).code == 128 + SIGSYS);
  CHECK(box.run(jail({"--system-call-architectures=x86"}, {"./old"})).code == 7);
}
#endif

TEST_CASE("all walls of system calls together leave an ordinary program alone") {
  if (!can_call()) SKIP(no_calls);
  Sandbox box;
  const Argv walls = {"--protect-clock",
                      "--protect-hostname",
                      "--restrict-realtime",
                      "--lock-personality",
                      "--restrict-suid-sgid",
                      "--memory-deny-write-execute",
                      "--restrict-namespaces",
                      "--restrict-address-families=AF_UNIX",
                      "--system-call-architectures=native",
                      "--system-call-filter=@system-service"};
  for (const Setup& setup : everybody())
    CHECK(box.run(jail(walls, {"sh", "-c",
                               "echo a | cat; date >/dev/null && sed -n 's/^Seccomp_filters:.//p' "
                               "/proc/self/status"}),
                  setup)
              .out == "a\n2\n");
}

TEST_CASE("what only the forbidden calls need is dropped from the capabilities") {
  if (!has_linux_parts() || !can_be_root()) SKIP("needs root");
  Sandbox box;
  const auto bounding = [&](const Argv& options) {
    const Result result =
        box.run(jail(options, {"sed", "-n", "s/^CapBnd:.//p", "/proc/self/status"}));
    CHECK(result.err == "");
    return std::stoull(result.out, nullptr, 16);
  };
  const auto all = bounding({});
  constexpr int sys_time = 25, wake_alarm = 35, sys_module = 16, syslog = 34;
  const auto without = [&](std::initializer_list<int> numbers) {
    auto left = all;
    for (const int number : numbers) left &= ~(1ULL << number);
    return left;
  };
  CHECK(bounding({"--protect-clock"}) == without({sys_time, wake_alarm}));
  CHECK(bounding({"--restrict-realtime", "--lock-personality"}) == all);
  if (!can_jail()) return;
  CHECK(bounding({"--protect-kernel-logs", "--keep-capabilities"}) == without({syslog}));
  CHECK(bounding({"--protect-kernel-modules", "--keep-capabilities"}) == without({sys_module}));
  CHECK(bounding({"--private-mounts"}) == all);
}
