// SPDX-License-Identifier: ISC
// How old logs are brought to disk: beside the lines, and without cost to them.
#include <sys/utsname.h>
#include <sys/vfs.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool can_delay() {
  static const bool can = [] {
    Sandbox box;
    return box.run({"strace", "-o", "/dev/null", "-e", "inject=fsync:delay_enter=1", "true"})
               .code == 0;
  }();
  return can;
}

// Where memory can be shared with the process that syncs.
bool shares_memory() {
  utsname machine{};
  uname(&machine);
  const std::string kind = machine.machine;
  return (kind == "x86_64" || kind == "aarch64") && !is_sanitized() && !is_portable_twin();
}

bool is_tmpfs(const std::string& directory) {
  struct statfs found {};
  constexpr long tmpfs = 0x01021994;
  return statfs(directory.c_str(), &found) == 0 && found.f_type == tmpfs;
}

// A directory in memory.
struct Memory {
  std::string path = "/dev/shm/stoker-test-" + std::to_string(getpid());
  Memory() { std::filesystem::create_directory(path); }
  ~Memory() { std::filesystem::remove_all(path); }
};

const std::string starts_traced =
    "exec strace -f -qq -o trace -e trace=clone,clone3,fork,vfork svlogd ";

// What that has traced: how processes were started.
std::vector<std::string> starts(const Sandbox& box) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(box.read("trace")))
    if (contains(line, "clone") || contains(line, "fork(")) found.push_back(line);
  return found;
}

}  // namespace

TEST_CASE("a rotation copies nothing of the logger's memory") {
  if (!can_delay()) SKIP("needs strace");
  if (!shares_memory()) SKIP("this platform cannot share memory with a process");
  Sandbox box;
  box.write("in", numbered(1, 1000, 49));
  box.write("logs/config", "s2000\nn0\n");
  CHECK(box.run({"sh", "-c", starts_traced + "logs <in"}).code == 0);
  CHECK(logged(box, "logs") == numbered(1, 1000, 49));
  CHECK((is_tmpfs(box.path("logs")) || !starts(box).empty()));
  for (const std::string& start : starts(box)) CHECK(contains(start, "CLONE_VM"));
}

TEST_CASE("old logs in memory are finished without a process") {
  if (!can_delay()) SKIP("needs strace");
  if (is_portable_twin()) SKIP("this platform cannot tell");
  if (is_sanitized()) SKIP("a sanitizer has a thread of its own");
  if (!is_tmpfs("/dev/shm")) SKIP("needs a file system in memory");
  const Memory memory;
  const std::string logs = memory.path + "/logs";
  std::filesystem::create_directory(logs);
  std::ofstream(logs + "/config") << "s2000\nn0\n";
  Sandbox box;
  box.write("in", numbered(1, 1000, 49));
  CHECK(box.run({"sh", "-c", starts_traced + logs + " <in"}).code == 0);
  CHECK(starts(box).empty());
  size_t finished = 0;
  for (const auto& file : std::filesystem::directory_iterator(logs))
    finished += file.path().extension() == ".s" ? 1 : 0;
  CHECK(finished > 10);
}

TEST_CASE("what syncs an old log holds nothing that the next logger waits for") {
  if (!can_delay()) SKIP("needs strace");
  Sandbox box;
  if (is_tmpfs(box.path())) SKIP("needs a disk");
  Channel pipe = box.channel("pipe");
  box.write("logs/config", "s2000\n");
  box.script("first",
             "exec strace -f -qq -o trace -e inject=fsync:delay_enter=600s svlogd logs <pipe");
  box.script("second", "exec svlogd logs <pipe");
  const Process tracer = box.start({"./first"});
  const std::string text = numbered(1, 30, 49);
  pipe.say(text.substr(0, text.size() - 1));
  pid_t logger = 0, syncer = 0;
  box.wait_for(
      [&] {
        for (const pid_t child : children_of(tracer.pid())) logger = child;
        if (logger != 0)
          for (const pid_t child : children_of(logger)) syncer = child;
        return syncer != 0 && descriptors(syncer).size() == 1;
      },
      "nothing is synced, or that holds more than the file");
  CHECK(contains(descriptors(syncer).begin()->second, "logs/@"));
  kill(logger, SIGKILL);
  const Process second = box.start({"./second"});
  pipe.say("end");
  box.wait_for([&] { return logged(box, "logs").ends_with("end\n"); }, "the end does not come");
  kill(syncer, SIGKILL);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
}
