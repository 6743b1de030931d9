// SPDX-License-Identifier: ISC
// What a jail shows of processes, users, mounts and the kernel.
#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// As root: runs jail with the options, then the script, as nobody if asked.
Result inside(Sandbox& box, const Argv& options, const Argv& program) {
  Argv words = {"jail"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), program.begin(), program.end());
  return box.run(words, {.directory = "/"});
}

Argv shell(const std::string& script) { return {"sh", "-c", "exec 2>/dev/null; " + script}; }
Argv nobodys_shell(const std::string& script) {
  return {"chpst", "-u", "nobody", "sh", "-c", "exec 2>/dev/null; " + script};
}

constexpr char no_root[] = "needs root and namespaces";

}  // namespace

TEST_CASE("--protect-proc hides processes of other users") {
  if (!can_jail() || !can_be_root()) SKIP(no_root);
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  const std::string us = "/proc/" + std::to_string(getpid());
  const std::string look = "test -e /proc/self/status && echo self; test -e " + us +
                           " && echo there; cat " + us + "/cmdline >/dev/null && echo read";
  const auto seen = [&](const std::string& how) {
    const Result result = inside(box, {"--protect-proc", how}, nobodys_shell(look));
    CHECK(result.err == "");
    return result.out;
  };
  CHECK(seen("default") == "self\nthere\nread\n");
  CHECK(seen("noaccess") == "self\nthere\n");
  CHECK(seen("invisible") == "self\n");
  CHECK(seen("ptraceable") == "self\n");
}

TEST_CASE("--proc-subset shows processes and nothing else") {
  if (!can_jail()) SKIP(no_root);
  Sandbox box;
  const std::string look =
      "test -e /proc/self/status && echo self; test -e /proc/cpuinfo && echo cpu; "
      "test -e /proc/sys && echo sys";
  if (can_be_root()) {
    CHECK(inside(box, {"--proc-subset", "pid"}, shell(look)).out == "self\n");
    CHECK(inside(box, {"--proc-subset=all"}, shell(look)).out == "self\ncpu\nsys\n");
    CHECK(inside(box, {"--proc-subset=pid", "--protect-kernel-tunables", "--protect-proc=noaccess"},
                 shell(look))
              .out == "self\n");
  }
  if (!nobody_can_run() || !nobody_can_unshare()) return;
  const Setup setup = as_nobody({.directory = "/"});
  CHECK(box.run({"jail", "--proc-subset=pid", "--private-pids", "sh", "-c", look}, setup).out ==
        "self\n");
  const Result alone = box.run({"jail", "--proc-subset=pid", "true"}, setup);
  CHECK(alone.code == 111);
  CHECK(alone.err ==
        "jail: fatal: unable to mount /proc, which only root may without --private-pids: "
        "permission denied\n");
}

TEST_CASE("with private users root is nobody outside") {
  if (!can_jail()) SKIP(no_root);
  Sandbox box;
  const std::string look = "id -u; cat /proc/self/uid_map | tr -s ' '; hostname other && echo set";
  if (can_be_root()) {
    CHECK(inside(box, {"--private-users"}, shell(look)).out == "0\n 0 0 1\n");
    CHECK(inside(box, {"--private-users=self"}, shell(look)).out == "0\n 0 0 1\n");
    CHECK(inside(box, {"--private-users=no"}, shell("cat /proc/self/uid_map | tr -s ' '")).out ==
          box.run({"sh", "-c", "cat /proc/self/uid_map | tr -s ' '"}).out);
    CHECK(inside(box, {"--private-users=identity"}, shell(look)).out == "0\n 0 0 65536\n");
    CHECK(inside(box, {"--private-users=identity", "--private-tmp"},
                 shell("touch /tmp/x && chown 65534:100 /tmp/x && stat -c %u:%g /tmp/x"))
              .out == "65534:100\n");
    if (nobody_can_run())
      CHECK(inside(box, {"--private-users=identity"}, nobodys_shell("id -u")).out == "65534\n");
  }
  if (nobody_can_run())
    CHECK(
        box.run({"jail", "--private-users=identity", "true"}, as_nobody({.directory = "/"})).err ==
        "jail: fatal: unable to create namespaces: permission denied\n");
  if (nobody_can_run() && nobody_can_unshare())
    CHECK(box.run({"jail", "--private-users", "sh", "-c", "stat -c %u /; id -u"},
                  as_nobody({.directory = "/"}))
              .out == "65534\n65534\n");
}

TEST_CASE("mounts in private mounts are not seen outside, and the program may make them") {
  if (!can_jail() || !can_be_root()) SKIP(no_root);
  Sandbox box;
  const std::string dir = box.path("place");
  box.directory("place");
  CHECK(inside(box, {"--private-mounts"},
               shell("mount -t tmpfs x " + dir + " && touch " + dir + "/file && ls " + dir))
            .out == "file\n");
  CHECK(box.run({"ls", dir}).out == "");
}

TEST_CASE("the hostname cannot be set, by no way") {
  if (!can_jail() || !can_be_root()) SKIP(no_root);
  Sandbox box;
  const std::string before = box.run({"uname", "-n"}).out;
  CHECK(
      inside(box, {"--protect-hostname"},
             shell("hostname other && echo set; unshare -u hostname other && echo unshared; uname "
                   "-n; (echo other >/proc/sys/kernel/hostname); exit 0"))
          .out == before);
  CHECK(box.run({"uname", "-n"}).out == before);
}

TEST_CASE("the kernel's log and modules are hidden") {
  if (!can_jail() || !can_be_root()) SKIP(no_root);
  Sandbox box;
  CHECK(inside(box, {"--protect-kernel-logs", "--protect-kernel-modules"},
               shell("timeout 60 cat /dev/kmsg /proc/kmsg; ls /lib/modules; dmesg; dmesg -S; "
                     "exit 0"))
            .out == "");
}
