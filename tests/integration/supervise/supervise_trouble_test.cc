// SPDX-License-Identifier: ISC
// supervise: a service that cannot be started, and a system that refuses.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A user whose processes nobody counts but we, not even these tests a second time.
const uid_t stranger = 61'001 + static_cast<uid_t>(getpid()) % 4'000;

void be_foreign() {
  if (setgid(stranger) != 0 || setuid(stranger) != 0) _exit(126);
}

// Takes a year off the wall clock as long as a file is there.
constexpr char clock_shim[] = R"(
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec* now) {
  long result = syscall(SYS_clock_gettime, id, now);
  if (id == CLOCK_REALTIME && access(getenv("CLOCK_BACK"), F_OK) == 0) now->tv_sec -= 31536000;
  return (int)result;
}
)";

// Waits until the run has been tried that often.
StatusFile await_starts(Sandbox& box, uint32_t count) {
  return box.await([count](const StatusFile& now) { return now.main_status.starts >= count; },
                   "it is not tried again");
}

// Waits until the supervisor has done what it was told, and sleeps.
void await_obedience(Sandbox& box, const Process& supervisor) {
  const Fd control(open(box.path("supervise/control").c_str(), O_RDWR | O_CLOEXEC));
  const auto sleeps = [&] {
    int letters = 0;
    return ioctl(control.get(), FIONREAD, &letters) == 0 && letters == 0 &&
           proc_status(supervisor.pid(), "State").starts_with("S");
  };
  box.wait_for(sleeps, "it does not take commands");
}

}  // namespace

TEST_CASE("a run that cannot be executed is said once, with the reason, and mended it runs") {
  Sandbox box;
  box.write("restart-delay", "5ms 10ms");
  std::string said = "unable to start ./run: ";
  SECTION("it is missing") { said += "file does not exist"; }
  SECTION("it is not executable") {
    box.write("run", "#!/bin/sh\n");
    said += "access denied (it is not executable: chmod +x)";
  }
  SECTION("it has no #! line") {
    box.script("run", "#! /bin/sh\n");
    box.write("run", "exec sleep 1000\n");
    said += "exec format error (a script must begin with a line like #!/bin/sh)";
  }
  SECTION("its interpreter is missing") {
    box.script("run", "#!/no/such/shell\n");
    said += "file does not exist (its interpreter /no/such/shell does not exist)";
  }
  SECTION("its lines end with CR LF") {
    box.script("run", "#!/bin/sh\r\nexec sleep 1000\r\n");
    said += "file does not exist (its lines end with CR LF; save it with LF alone)";
  }
  SECTION("it is a directory") {
    box.directory("run");
    said += "access denied (it is a directory)";
  }
  SECTION("it is empty") {
    box.script("run", "#!/bin/sh\n");
    box.write("run", "");
    said += "exec format error (the file is empty)";
  }
  SECTION("it is a link to itself") {
    box.link("run", "run");
    said += "symbolic link loop";
  }
  const Process supervisor = box.supervise();
  await_starts(box, 20);
  const StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.reason == Reason::cannot_execute);
  CHECK(status.main_status.exit_code == 111);
  CHECK(status.main_status.error != 0);
  CHECK((status.main_status.hint != Hint::none) == contains(said, "("));
  CHECK(supervisor.err() == "supervise .: fatal: " + said + "\n");

  box.remove("run");
  box.script("run", "exec sleep 1000");
  const StatusFile mended = box.await(State::ready);
  CHECK(mended.main_status.reason == Reason::exited);
  CHECK(mended.main_status.error == 0);
  CHECK(mended.main_status.hint == Hint::none);

  // What goes wrong again is said again.
  box.remove("run");
  box.control("k");
  await_starts(box, mended.main_status.starts + 3);
  CHECK(contains(supervisor.err(), "./run: file does not exist\n"));
}

TEST_CASE("a run on a noexec mount says so") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "mnt");
  box.script("mnt/run", "exec sleep 1000");
  mount.change("noexec");
  const Process supervisor = box.supervise("mnt");
  box.await(State::backoff, "mnt");
  CHECK(supervisor.err() ==
        "supervise mnt: fatal: unable to start ./run: access denied"
        " (its file system is mounted noexec)\n");
}

TEST_CASE("a finish script does not hide why run cannot be executed") {
  Sandbox box;
  box.write("restart-delay", "60000");
  box.write("run", "#!/bin/sh\n");
  SECTION("one that succeeds") { box.script("finish", "exit 0"); }
  SECTION("one that cannot be executed either") { box.script("finish", "#!/no/such/shell\n"); }
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.reason == Reason::cannot_execute);
  CHECK(status.main_status.error == EACCES);
  CHECK(status.main_status.hint == Hint::not_executable);
}

TEST_CASE("a start script that cannot be executed says why, and so does a logger") {
  Sandbox box;
  box.script("start", "#!/bin/sh\r\n");
  box.script("run", "exec sleep 1000");
  box.write("log/run", "#!/bin/sh\n");
  box.write("log/restart-delay", "60000");
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(
      [](const StatusFile& now) {
        return now.main_status.state == State::failed && now.log_status.state == State::backoff;
      },
      "the service has not failed");
  CHECK(status.main_status.reason == Reason::start_failed);
  CHECK(status.main_status.error == ENOENT);
  CHECK(status.main_status.hint == Hint::carriage_return);
  CHECK(status.log_status.reason == Reason::cannot_execute);
  CHECK(status.log_status.hint == Hint::not_executable);
  // One that is executed and fails has its own reason.
  box.remove("start");
  box.script("start", "exit 111");
  box.control("u");
  CHECK(box.await(
               [](const StatusFile& now) {
                 return now.main_status.state == State::failed && now.main_status.error == 0;
               },
               "it does not fail again")
            .main_status.exit_code == 111);
}

TEST_CASE("a script that only other users may execute says so") {
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root, and programs that others can run");
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.mode("run", 0744);
  box.mode("", 0777);
  const Process supervisor = box.supervise(".", {.in_child = [] {
                                             if (setgid(65534) != 0 || setuid(65534) != 0) _exit(1);
                                           }});
  box.await(State::backoff);
  CHECK(supervisor.err() ==
        "supervise .: fatal: unable to start ./run: access denied"
        " (its mode does not permit this user to execute it)\n");
}

TEST_CASE("run and finish that both cannot be executed are said once each") {
  Sandbox box;
  box.write("restart-delay", "0 5ms");
  box.write("finish", "#!/bin/sh\n");
  const Process supervisor = box.supervise();
  await_starts(box, 20);
  CHECK(supervisor.err() ==
        "supervise .: fatal: unable to start ./run: file does not exist\n"
        "supervise .: fatal: unable to start ./finish: access denied"
        " (it is not executable: chmod +x)\n");
}

TEST_CASE("a logger that cannot be executed does not keep the service from running") {
  Sandbox box;
  box.script("run", "echo line; exec sleep 1000");
  box.directory("log");
  box.write("log/restart-delay", "5ms 10ms");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.await([](const StatusFile& now) { return now.log_status.starts > 10; }, "no more starts");
  CHECK(supervisor.err() == "supervise .: fatal: unable to start log/./run: file does not exist\n");
  box.script("log/run", "read line; echo \"$line\" >$EVENTS; exec cat");
  CHECK(box.event() == "line");
}

TEST_CASE("names with spaces, newlines and 255 bytes are names") {
  Sandbox box;
  const std::string name =
      GENERATE(as<std::string>{}, "with space", "new\nline", "-dash", "\xff\xfe", "'\"$*`");
  const std::string service = name == "-dash" ? "./-dash" : name;
  box.script(name + "/run", "echo up >$EVENTS; exec sleep 1000");
  box.script(name + "/finish", "printf %s \"$3\" >name; echo done >$EVENTS");
  box.script(name + "/log/run", "exec cat >/dev/null");
  const Process supervisor = box.supervise(service);
  CHECK(box.event() == "up");
  box.control("d", name);
  CHECK(box.event() == "done");
  box.await(State::down, name);
  CHECK(box.read(name + "/name") == name);
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
}

TEST_CASE("a name of 255 bytes is told whole, and messages stay one line") {
  Sandbox box;
  const std::string name = "new\nline" + std::string(247, 'x');
  REQUIRE(mkdir(box.path(name).c_str(), 0755) == 0);
  box.write(name + "/restart", "nonsense");
  box.script(name + "/run", "exit 0");
  box.script(name + "/finish", "printf %s \"$3\" >name; echo done >$EVENTS");
  const Process supervisor = box.supervise(name);
  CHECK(box.event() == "done");
  CHECK(box.read(name + "/name") == name);
  box.wait_for([&] { return contains(supervisor.err(), "restart"); }, "nothing is said");
  CHECK(contains(supervisor.err(), "supervise new?line"));
  CHECK(supervisor.err().find('\n') == supervisor.err().size() - 1);
}

TEST_CASE("a refused fork is said once and tried again, and the service comes up") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.mode("", 0777);
  box.script("run", "echo up >$EVENTS; exec sleep 1000");
  const auto no_fork = [] {
    rlimit none{};
    getrlimit(RLIMIT_NPROC, &none);
    none.rlim_cur = 1;
    setrlimit(RLIMIT_NPROC, &none);
    be_foreign();
  };
  const Process supervisor = box.supervise(".", {.in_child = no_fork});
  const StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.reason == Reason::cannot_fork);
  CHECK(status.main_status.starts == 0);
  box.control("uuu");
  box.control("p");
  await_obedience(box, supervisor);
  box.wait_for([&] { return !supervisor.err().empty(); }, "nothing is said");
  CHECK(supervisor.err() == "supervise .: warning: unable to fork for ./run: temporary failure\n");
  CHECK_FALSE(supervisor.ended());
  const Argv allow = {"prlimit", "--pid", std::to_string(supervisor.pid()), "--nproc=1000:"};
  REQUIRE(box.run(allow, {.in_child = be_foreign}).code == 0);
  CHECK(box.event() == "up");
  const StatusFile mended = box.await(State::ready);
  CHECK(mended.main_status.starts == 1);
  CHECK(mended.main_status.reason == Reason::none);
}

TEST_CASE("without a descriptor left it goes on, says so once, and recovers") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.write("notification-fd", "3");
  box.script("run", "echo up >$EVENTS; echo >&3; exec sleep 1000");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  box.await(State::ready);
  rlimit before{};
  REQUIRE(prlimit(supervisor.pid(), RLIMIT_NOFILE, nullptr, &before) == 0);
  const rlimit none{3, before.rlim_max};
  REQUIRE(prlimit(supervisor.pid(), RLIMIT_NOFILE, &none, nullptr) == 0);
  box.control("k");
  box.wait_for([&] { return contains(supervisor.err(), "process cannot open more files\n"); },
               "nothing is said");
  CHECK_FALSE(supervisor.ended());
  REQUIRE(prlimit(supervisor.pid(), RLIMIT_NOFILE, &before, nullptr) == 0);
  box.control("u");
  CHECK(box.event() == "up");
  box.await(
      [](const StatusFile& now) {
        return now.main_status.state == State::ready && now.main_status.starts >= 2;
      },
      "it does not recover");
}

TEST_CASE("a clock that is set back a year changes nothing but the stamps") {
  if (is_sanitized()) SKIP("the sanitizer wants to be loaded first");
  Sandbox box;
  box.write("shim.c", clock_shim);
  const Result built = box.run({"cc", "-shared", "-fPIC", "-o", "shim.so", "shim.c"});
  if (built.code != 0) SKIP("needs a C compiler");
  box.write("restart-delay", "10ms 20ms");
  box.write("timeout-kill", "20ms");
  box.script("run",
             "trap '' TERM; echo up >$EVENTS; while :; do read order <$ORDERS; exit 1; done");
  const Process supervisor = box.start(
      {shared_program("supervise"), "."},
      {.environment = {{"LD_PRELOAD", box.path("shim.so")}, {"CLOCK_BACK", box.path("back")}}});
  CHECK(box.event() == "up");
  const StatusFile before = box.await(State::ready);
  box.write("back", "");
  box.order();
  CHECK(box.event() == "up");
  const StatusFile after = box.await(
      [](const StatusFile& now) {
        return now.main_status.state == State::ready && now.main_status.starts == 2;
      },
      "it is not started again");
  constexpr uint64_t year = 365 * 24 * 60 * 60;
  CHECK(after.main.since.seconds + year / 2 < before.main.since.seconds);
  box.control("d");
  CHECK(box.await(State::down).main_status.signal == SIGKILL);
}
