// SPDX-License-Identifier: ISC
// svscanboot, as boot scripts of daemontools call it.
#include <fcntl.h>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string proc_file(pid_t pid, const std::string& name) {
  const Fd file = open_read(AT_FDCWD, ("/proc/" + std::to_string(pid) + "/" + name).c_str());
  char bytes[4096];
  const ssize_t size = file ? read_all(file.get(), bytes) : 0;
  return {bytes, static_cast<size_t>(std::max<ssize_t>(size, 0))};
}

Process boot(Sandbox& box, const Setup& setup = {}) {
  return box.start({program_directory() + "/svscanboot", box.path("scan")}, setup);
}

}  // namespace

TEST_CASE("svscanboot executes svscan with a clean environment, its messages in a title") {
  Sandbox box;
  box.script("scan/a/run", obedient);
  box.link("nowhere", "scan/dangling");
  const Process scanner = boot(box, {.environment = {{"SECRET", "1"}}});
  box.event();
  const StatusFile status = box.await(State::ready, "scan/a");
  const std::string path = "PATH=" + program_directory() + ":/command:/usr/local/bin:";
  CHECK(proc_file(scanner.pid(), "comm") == "svscan\n");
  CHECK(proc_file(scanner.pid(), "environ").starts_with(path));
  CHECK_FALSE(contains(proc_file(status.main.pid, "environ"), "SECRET"));
  CHECK(descriptors(scanner.pid())[0] == "/dev/null");
  const std::string shown = "svscan: warning: unable to stat dangling: file does not exist";
  const auto title = [&] {
    for (const pid_t child : children_of(scanner.pid()))
      if (proc_file(child, "comm") == "readproctitle\n") return proc_file(child, "cmdline");
    return std::string();
  };
  box.wait_for([&] { return contains(title(), shown); }, "no title shows the message");
  CHECK(title().size() == std::string("readproctitle service errors: ").size() + 401);
  CHECK(scanner.out() + scanner.err() == "");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("svscanboot removes the remains of another suite's svscan, not of ours") {
  if (genuine("supervise").empty()) SKIP("daemontools is not installed");
  Sandbox box;
  box.script("scan/ours/run", "exec sleep 1000");
  const Process first = boot(box);
  const StatusFile before = box.await(State::ready, "scan/ours");
  first.signal(SIGKILL);
  first.wait();
  box.script("scan/theirs/run", "exec sleep 1000");
  const Process old = box.start({genuine("supervise"), box.path("scan/theirs")});
  box.await_supervisor("scan/theirs");
  const Process second = boot(box);
  CHECK(old.wait() == 0);
  CHECK(box.await(State::ready, "scan/theirs").native);
  const StatusFile after = box.await(State::ready, "scan/ours");
  CHECK(after.supervisor == before.supervisor);
  CHECK(after.main.pid == before.main.pid);
}

TEST_CASE("svscanboot reports wrong usage and a missing svscan") {
  Sandbox box;
  CHECK(box.run({"svscanboot", "-x"}).err == "svscanboot: usage: svscanboot [directory]\n");
  CHECK(box.run({"svscanboot", "a", "b"}).code == 100);
}
