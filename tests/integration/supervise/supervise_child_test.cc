// SPDX-License-Identifier: ISC
// supervise: the environment that a service starts in.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char sleeper[] = "exec sleep 1000";

// 32 and 33 belong to libc, which does not let programs change them.
uint64_t signal_set(pid_t pid, const std::string& field) {
  return std::stoull(proc_status(pid, field), nullptr, 16) & ~(3ULL << 31);
}

// The environment of a process, one entry a line.
std::string environment_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  std::string text = bytes.str();
  std::replace(text.begin(), text.end(), '\0', '\n');
  return "\n" + text;
}

bool nonblocking(pid_t pid, int fd) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/fdinfo/" + std::to_string(fd));
  for (std::string word; file >> word;)
    if (word == "flags:" && file >> word) return (std::stoul(word, nullptr, 8) & O_NONBLOCK) != 0;
  return false;
}

void ignore_signals() {
  for (const int number : {SIGHUP, SIGINT, SIGPIPE, SIGUSR1, SIGCHLD}) signal(number, SIG_IGN);
  sigset_t some;
  sigemptyset(&some);
  for (const int number : {SIGTERM, SIGUSR2, SIGALRM}) sigaddset(&some, number);
  sigprocmask(SIG_SETMASK, &some, nullptr);
}

void leave_descriptors_open() {
  for (const int target : {3, 4, 9, 200}) dup2(STDERR_FILENO, target);
}

// The shell that reads the script has become what that executes.
pid_t begun(Sandbox& box, pid_t pid) {
  box.wait_for([&] { return proc_status(pid, "Name") != "run"; }, "the script executes nothing");
  return pid;
}

pid_t run_of(Sandbox& box, const std::string& service = ".") {
  return begun(box, box.await(State::ready, service).main.pid);
}

// The pid in a logger's own state directory.
pid_t logger_of(Sandbox& box, const std::string& service) {
  box.await_log(State::ready, service);
  return begun(box, box.status(service + "/log").main.pid);
}

// Once it has so many: the dynamic linker opens files, too, for a moment.
auto descriptors_of(Sandbox& box, pid_t pid, size_t count) {
  box.wait_for([&] { return descriptors(pid).size() == count; }, "other descriptors stay open");
  return descriptors(pid);
}

}  // namespace

TEST_CASE(
    "a service starts with default signal actions and an empty mask, whatever was inherited") {
  Sandbox box;
  box.script("a/run", sleeper);
  box.script("a/log/run", sleeper);
  const Process supervisor = box.supervise("a", {.in_child = ignore_signals});
  for (const pid_t pid : {run_of(box, "a"), logger_of(box, "a")}) {
    CHECK(signal_set(pid, "SigIgn") == 0);
    CHECK(signal_set(pid, "SigBlk") == 0);
    CHECK(signal_set(pid, "SigCgt") == 0);
  }
}

TEST_CASE("scripts start with default signal actions and an empty mask, too") {
  Sandbox box;
  const std::string script = GENERATE("start", "control/u", "control/h", "check", "finish", "stop");
  box.script("run", "echo run >$EVENTS; exec sleep 1000");
  box.script(script, "exec sleep 1000");
  if (script == "stop") box.script("start", "exit 0");
  const Process supervisor = box.supervise(".", {.in_child = ignore_signals});
  const bool early = script == "start" || script == "control/u";
  if (!early) box.event();
  if (script == "control/h") box.control("h");
  if (script == "finish" || script == "stop") box.control("d");
  const auto found = [&] {
    for (const pid_t pid : children_of(supervisor.pid()))
      if (proc_status(pid, "Name") == "sleep" &&
          (early || pid != box.status().main.pid || box.status().main.phase == Phase::finish))
        return pid;
    return 0;
  };
  box.wait_for([&] { return found() != 0; }, script + " is not run");
  const pid_t pid = found();
  CHECK(signal_set(pid, "SigIgn") == 0);
  CHECK(signal_set(pid, "SigBlk") == 0);
  descriptors_of(box, pid, 3);
}

TEST_CASE("a service has three descriptors and those requested, whatever was inherited") {
  Sandbox box;
  box.script("a/run", sleeper);
  box.script("a/log/run", sleeper);
  box.script("a/check", "exit 0");
  const bool notifies = GENERATE(false, true);
  if (notifies) box.write("a/notification-fd", "7");
  const std::string name = GENERATE("supervise", "runsv");
  const Process supervisor = box.start({name, "a"}, {.in_child = leave_descriptors_open});
  const pid_t pid = box.await([&](const StatusFile& status) { return status.main.pid != 0; },
                              "it does not start", "a")
                        .main.pid;
  box.wait_for([&] { return proc_status(pid, "Name") == "sleep"; }, "sleep is not executed");
  const auto open = descriptors_of(box, pid, notifies ? 4 : 3);
  CHECK(open.contains(7) == notifies);
  const auto logger = descriptors_of(box, logger_of(box, "a"), 3);
  CHECK(open.at(1) == logger.at(0));
  CHECK(open.at(2) == logger.at(2));
}

TEST_CASE("closed standard descriptors are /dev/null in the service") {
  Sandbox box;
  box.script("run", sleeper);
  const Process supervisor = box.start({"supervise", "."}, {.in_child = [] {
                                         for (const int fd : {0, 1, 2}) close(fd);
                                       }});
  const auto open = descriptors_of(box, run_of(box), 3);
  for (const int fd : {0, 1, 2}) CHECK(open.at(fd) == "/dev/null");
}

TEST_CASE("a service is the leader of its own session") {
  Sandbox box;
  box.script("run", sleeper);
  const Process supervisor = box.supervise();
  const pid_t pid = run_of(box);
  CHECK(getsid(pid) == pid);
  CHECK(getpgid(pid) == pid);
}

TEST_CASE("a service runs in its directory, and PWD names it as the user did") {
  Sandbox box;
  box.script("real/run", sleeper);
  box.script("real/log/run", sleeper);
  box.link("real", "link");
  const auto check = [&](const std::string& named, const std::string& service) {
    const pid_t pid = run_of(box, service), logger = logger_of(box, service);
    // Both pids are reported before the programs are executed.
    const auto await_directory = [&](pid_t who, const std::string& where) {
      box.wait_for([&] { return contains(environment_of(who), "\nPWD=" + where + "\n"); },
                   "PWD is not " + where);
    };
    await_directory(pid, named);
    await_directory(logger, named + "/log");
    CHECK(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd") ==
          box.path("real"));
    CHECK(std::filesystem::read_symlink("/proc/" + std::to_string(logger) + "/cwd") ==
          box.path("real/log"));
  };
  SECTION("by a relative path") {
    const Process supervisor = box.start({"supervise", "link"});
    check(box.path("link"), "link");
  }
  SECTION("by an absolute path") {
    const Process supervisor = box.start({"supervise", box.path("link") + "/"});
    check(box.path("link"), "link");
  }
  SECTION("by the current directory, where PWD is correct") {
    const Process supervisor = box.start(
        {"supervise", "."}, {.directory = "link", .environment = {{"PWD", box.path("link")}}});
    check(box.path("link"), "link");
  }
  SECTION("by the current directory, where PWD is wrong") {
    const Process supervisor =
        box.start({"supervise", "."}, {.directory = "link", .environment = {{"PWD", "/etc"}}});
    check(box.path("real"), "real");
  }
}

TEST_CASE("a logger linked to a shared definition knows its service") {
  Sandbox box;
  box.script("shared/run", "echo \"$PWD\" >$EVENTS; exec cat >/dev/null");
  for (const char* const name : {"a", "b"}) {
    box.script(std::string(name) + "/run", sleeper);
    box.link("../shared", std::string(name) + "/log");
    box.directory("state");
    const Process supervisor =
        box.start({"supervise", name}, {.environment = {{"SVSTATE", box.path("state")}}});
    CHECK(box.event() == box.path(name) + "/log");
  }
}

TEST_CASE("the environment is passed on as it is, without the supervisor's own variables") {
  Sandbox box;
  box.script("run", sleeper);
  const Process supervisor = box.start(
      {"supervise", "."},
      {.environment = {
           {"COLOUR", "red\nblue"}, {"EMPTY", ""}, {"STOKER_LOGGER", "cat"}, {"SVPID", "7"}}});
  const std::string environment = environment_of(run_of(box));
  CHECK(contains(environment, "\nCOLOUR=red\nblue\n"));
  CHECK(contains(environment, "\nEMPTY=\n"));
  CHECK_FALSE(contains(environment, "STOKER_"));
}

TEST_CASE("O_NONBLOCK set by a service lasts only for that run") {
  Sandbox box;
  box.write("a/restart-delay", "0");
  box.script("a/run", "exec $SELF part nonblocking 1");
  box.script("a/log/run", "exec $SELF part nonblocking 0");
  box.write("a/log/restart-delay", "0");
  const Process supervisor = box.supervise("a");
  const pid_t first = run_of(box, "a"), first_logger = logger_of(box, "a");
  box.wait_for([&] { return nonblocking(first, 1) && nonblocking(first_logger, 0); },
               "O_NONBLOCK is not set");
  box.script("a/run", sleeper);
  box.script("a/log/run", sleeper);
  for (const char* const service : {"a", "a/log"}) {
    box.control("k", service);
    const pid_t before = service == std::string("a") ? first : first_logger;
    const pid_t pid =
        box.await(
               [&](const StatusFile& now) {
                 return now.main.pid != before && now.main_status.state == State::ready;
               },
               "it is not started again", service)
            .main.pid;
    CHECK_FALSE(nonblocking(pid, service == std::string("a") ? 1 : 0));
  }
}

TEST_CASE("O_NONBLOCK on shared descriptors is cleared for the next service that starts") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec $SELF part nonblocking 0 1 2");
  const Process supervisor = box.supervise();
  const pid_t first = run_of(box);
  box.wait_for([&] { return nonblocking(first, 2); }, "O_NONBLOCK is not set");
  box.script("run", "exec sleep 1000");
  box.control("k");
  const pid_t second =
      box.await(
             [&](const StatusFile& now) {
               return now.main.pid != first && now.main_status.state == State::ready;
             },
             "it is not started again")
          .main.pid;
  for (const int fd : {0, 1, 2}) CHECK_FALSE(nonblocking(second, fd));
}

namespace {

int set_nonblocking_on(const std::vector<std::string>& fds) {
  for (const std::string& fd : fds)
    if (!set_nonblocking(std::stoi(fd))) return 1;
  pause();
  return 0;
}
const Part nonblocking_part("nonblocking", set_nonblocking_on);

}  // namespace
