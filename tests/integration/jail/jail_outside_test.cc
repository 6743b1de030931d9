// SPDX-License-Identifier: ISC
// Processes outside of a jail: what it hides must not be reached through them.
#include <sys/syscall.h>

#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Has the kernel a version of Landlock that lets files be moved to other directories?
bool can_isolate() { return syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) >= 2; }

}  // namespace

TEST_CASE("protected paths cannot be reached through processes outside") {
  if (!can_jail()) SKIP("needs Linux's namespaces");
  if (can_be_root() && !can_isolate()) SKIP("the kernel's Landlock cannot keep processes apart");
  Sandbox box;
  const std::string dir = "/var/tmp/stoker-" + std::to_string(getpid());
  REQUIRE(
      box.run({"sh", "-c", "umask 0; mkdir -p " + dir + "/in; echo secret >" + dir + "/in/file"})
          .code == 0);
  struct Case {
    Argv outside, inside;  // who runs the process outside, and the one inside
    Setup setup = {};
  };
  std::vector<Case> cases;
  if (can_be_root()) {
    cases.push_back({{"chpst", "--capabilities", "none"}, {}});
    if (nobody_can_run()) cases.push_back({{"chpst", "-u", "nobody"}, {"chpst", "-u", "nobody"}});
  }
  if (nobody_can_run() && nobody_can_unshare()) cases.push_back({{}, {}, as_nobody()});
  for (const Case& each : cases) {
    Argv sleeper = each.outside;
    sleeper.insert(sleeper.end(), {"sleep", "1000"});
    Setup setup = each.setup;
    setup.directory = "/";
    const Process process = box.start(sleeper, setup);
    const std::string proc = "/proc/" + std::to_string(process.pid());
    box.wait_for([&] { return box.run({"cat", proc + "/comm"}).out == "sleep\n"; }, "no process");
    const std::string file = proc + "/root" + dir + "/in/file";
    const std::string look = "cat " + file + "; ls " + proc + "/root " + proc + "/cwd/; readlink " +
                             proc + "/fd/0; echo x >" + file + " && echo wrote; ";
    const auto seen = [&](const Argv& walls) {
      Argv words = {"jail"};
      words.insert(words.end(), walls.begin(), walls.end());
      words.insert(words.end(), each.inside.begin(), each.inside.end());
      words.insert(words.end(), {"sh", "-c", "exec 2>/dev/null; " + look + "echo done"});
      const Result result = box.run(words, setup);
      CHECK(result.err == "");
      return result.out;
    };
    CHECK(seen({"--inaccessible", dir + "/in"}) == "done\n");
    CHECK(seen({"--protect-system=strict"}) == "done\n");
    CHECK(seen({"--private-tmp", "--private-pids"}) == "done\n");
    // The process has what is to be hidden.
    if (!setup.in_child) CHECK(contains(seen({"--private-tmp", "--keep-capabilities"}), "wrote"));
    process.signal(SIGKILL);
  }
  box.run({"rm", "-rf", dir});
}

TEST_CASE("keeping processes apart leaves the program all that is its own") {
  if (!can_jail() || !can_be_root()) SKIP("needs root and namespaces");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  const std::string dir = "/var/tmp/stoker-" + std::to_string(getpid());
  REQUIRE(box.run({"sh", "-c",
                   "umask 0; mkdir -p " + dir + "/a " + dir + "/b; echo x >" + dir + "/a/file"})
              .code == 0);
  const std::string script =
      "cd " + dir +
      "; mv a/file b/moved && ln b/moved a/linked && cat a/linked; mkfifo a/f && echo "
      "fifo; sleep 1000 & readlink /proc/$!/root; ls -d /proc/self/cwd/a; kill $!; "
      "test -e /proc/" +
      std::to_string(getpid()) + "/status && echo seen";
  CHECK(box.run({"jail", "--protect-home", "chpst", "-u", "nobody", "sh", "-c", script},
                {.directory = "/"})
            .out == "x\nfifo\n/\n/proc/self/cwd/a\nseen\n");
  const std::string mount = "unshare -Urm mount -t tmpfs x /mnt && echo mounted";
  if (nobody_can_unshare())
    CHECK(box.run({"jail", "--protect-home", "--keep-capabilities", "chpst", "-u", "nobody", "sh",
                   "-c", mount},
                  {.directory = "/"})
              .out == "mounted\n");
  box.run({"rm", "-rf", dir});
}
