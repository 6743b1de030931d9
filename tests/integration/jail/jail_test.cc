// SPDX-License-Identifier: ISC
// Each wall of a jail, from inside, as root and as an ordinary user; and attempts to
// get through it.
#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Everything here is tested as root and as an ordinary user, where both are possible.
struct Who {
  std::string name;
  Setup setup;
};
std::vector<Who> everybody(const Setup& setup = {}) {
  std::vector<Who> all;
  if (can_be_root()) all.push_back({"root", setup});
  if (nobody_can_run() && nobody_can_unshare()) all.push_back({"user", as_nobody(setup)});
  return all;
}

Argv jail(const Argv& options, const std::string& script) {
  Argv words = {"jail"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"/bin/sh", "-c", script});
  return words;
}

// The output of the script inside, without errors.
std::string inside(Sandbox& box, const Who& who, const Argv& options, const std::string& script) {
  Setup setup = who.setup;
  setup.directory = "/";
  const Result result = box.run(jail(options, "exec 2>/dev/null; " + script), setup);
  INFO(who.name << ": " << result.err);
  CHECK(result.err == "");
  return result.out;
}

constexpr char no_jail[] = "needs Linux's namespaces";

// After `for d in DIRECTORIES`: names those that can be written.
const std::string try_to_write = "; do touch $d/stoker-test && echo $d && rm $d/stoker-test; done";

}  // namespace

TEST_CASE("a private /tmp is empty, and nothing in it remains") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody()) {
    CHECK(inside(box, who, {"--private-tmp"},
                 "ls -A /tmp /var/tmp; stat -c %a /tmp; "
                 "echo x >/tmp/stoker-test && echo written") ==
          "/tmp:\n\n/var/tmp:\n1777\nwritten\n");
    CHECK(access("/tmp/stoker-test", F_OK) != 0);
  }
}

TEST_CASE("--protect-system makes as much read-only as asked") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const std::string tries = "for d in /usr /etc /var/lib /dev/shm /tmp" + try_to_write;
  const Who root = {"root", {}};
  if (can_be_root()) {
    CHECK(inside(box, root, {"--protect-system"}, tries) == "/etc\n/var/lib\n/dev/shm\n/tmp\n");
    CHECK(inside(box, root, {"--protect-system=full"}, tries) == "/var/lib\n/dev/shm\n/tmp\n");
    CHECK(inside(box, root, {"--protect-system=strict"}, tries) == "/dev/shm\n");
  }
  for (const Who& who : everybody())
    CHECK(inside(box, who, {"--protect-system=strict", "--private-tmp"}, tries) ==
          "/dev/shm\n/tmp\n");
}

TEST_CASE("--protect-home hides, or shows and protects, the homes") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody()) {
    CHECK(inside(box, who, {"--protect-home"}, "stat -c %a /home /root; ls -A /root") == "0\n0\n");
    CHECK(inside(box, who, {"--protect-home=tmpfs"},
                 "ls -A /home; for d in /home" + try_to_write) == "");
    CHECK(inside(box, who, {"--protect-home=read-only"}, "for d in /home /root" + try_to_write) ==
          "");
  }
}

TEST_CASE("kernel tunables and control groups cannot be written") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody()) {
    CHECK(inside(box, who, {"--protect-kernel-tunables"},
                 "cat /proc/sys/kernel/ostype; for f in /proc/sys/kernel/core_pattern "
                 "/sys/kernel/mm/ksm/run /proc/irq/default_smp_affinity; do "
                 "test -e $f && (exec 3>>$f) && echo $f; done; cat /proc/kallsyms | head -1") ==
          "Linux\n");
    CHECK(inside(box, who, {"--protect-control-groups"},
                 "mkdir /sys/fs/cgroup/stoker-test && echo made") == "");
  }
}

TEST_CASE("private devices are the harmless ones") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody()) {
    CHECK(
        inside(
            box, who, {"--private-devices"},
            "ls -A /dev | tr '\\n' ' '; echo x >/dev/null && head -c3 /dev/zero | wc -c; "
            "find /dev -type b; mknod /dev/shm/x b 8 0 && echo made; mknod /x b 8 0 && echo made; "
            "touch /dev/x && echo made; touch /dev/shm/y && echo shm") ==
        "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero 3\nshm\n");
  }
}

TEST_CASE("a private network has only its own loopback device, and it works") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody())
    CHECK(inside(box, who, {"--private-network"},
                 "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; "
                 "grep -q 127.0.0.1 /proc/net/fib_trie && echo up") == "lo\nup\n");
}

TEST_CASE("private process ids start at 1, and processes outside cannot be seen or signalled") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const std::string us = std::to_string(getpid());
  for (const Who& who : everybody()) {
    CHECK(inside(box, who, {"--private-pids"},
                 "echo $$; kill -0 " + us +
                     " && echo reached; "
                     "test $(ls /proc | grep '^[0-9]' | sort -n | tail -1) -lt 30 && echo few") ==
          "2\nfew\n");
    CHECK(box.run(jail({"--private-pids"}, "exit 7"), who.setup).code == 7);
    CHECK(box.run(jail({"--private-pids"}, "kill -KILL $$"), who.setup).code == 128 + SIGKILL);
    CHECK(box.run({"jail", "--private-pids", "/nosuch"}, who.setup).code == 111);
  }
}

TEST_CASE("message queues and shared memory of others are not seen with --private-ipc") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody())
    CHECK(inside(box, who, {"--private-ipc"}, "readlink /proc/self/ns/ipc") !=
          box.run({"readlink", "/proc/self/ns/ipc"}).out);
}

TEST_CASE("all restrictions work together") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const Argv walls = {"--protect-system=strict",
                      "--protect-home",
                      "--private-tmp",
                      "--private-devices",
                      "--private-network",
                      "--private-pids",
                      "--private-ipc",
                      "--protect-kernel-tunables",
                      "--protect-control-groups",
                      "--no-exec",
                      "/var",
                      "--system-call-filter",
                      "@system-service",
                      "--try",
                      "--allow-write",
                      "/dev",
                      "--allow-execute",
                      "/"};
  for (const Who& who : everybody()) CHECK(inside(box, who, walls, "echo $$; pwd") == "2\n/\n");
}

TEST_CASE("root can give a jail to another user") {
  if (!can_jail() || !can_be_root()) SKIP("needs root and namespaces");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  const Result result =
      box.run({"jail", "--private-tmp", "--private-pids", "--protect-system=strict", "chpst", "-u",
               "nobody", "--no-new-privileges", "sh", "-c",
               "id -u; touch /tmp/x && echo tmp; grep ^CapBnd /proc/self/status | tail -c 17"},
              {.directory = "/"});
  CHECK(result.err == "");
  CHECK(result.out.substr(0, 10) == "65534\ntmp\n");
}

TEST_CASE("signals reach the program with private process ids, and all processes end with it") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  box.script("job", "sleep 1000 & exec $SERVE up HUP=hup TERM=term!3");
  const Process job = box.start({"jail", "--private-pids", "./job"});
  REQUIRE(box.event() == "up");
  job.signal(SIGHUP);
  CHECK(box.event() == "hup");
  job.signal(SIGTERM);
  CHECK(box.event() == "term");
  CHECK(job.wait() == 3);
  box.wait_for([&] { return children_of(getpid()).empty(); }, "something is left");
}

TEST_CASE("killing the jail from outside kills all processes in it") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  box.script("job", "echo up >$EVENTS; sleep 1000");
  const Process job = box.start({"jail", "--private-pids", "./job"});
  REQUIRE(box.event() == "up");
  job.signal(SIGKILL);
  CHECK(job.wait() == 128 + SIGKILL);
  box.wait_for([&] { return children_of(getpid()).empty(); }, "something is left");
}

TEST_CASE("paths can be read-only, writable in that, not executed, or hidden") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const std::string dir = "/var/tmp/stoker-" + std::to_string(getpid());
  for (const Who& who : everybody()) {
    REQUIRE(box.run({"sh", "-c",
                     "umask 0; mkdir -p " + dir + "/in/deep; echo secret >" + dir +
                         "/file; cp /bin/true " + dir + "/in; chmod 666 " + dir + "/file"})
                .code == 0);
    const std::string tries = "for d in " + dir + " " + dir + "/in " + dir + "/in/deep";
    CHECK(inside(box, who, {"--read-only", dir, "--read-write", dir + "/in/deep/"},
                 tries + try_to_write) == dir + "/in/deep\n");
    CHECK(inside(box, who, {"--no-exec", dir},
                 dir + "/in/true && echo ran; cat " + dir + "/file") == "secret\n");
    CHECK(inside(box, who, {"--inaccessible", dir + "/in", "--inaccessible", dir + "/file"},
                 "cd " + dir + "; ls -A in; cat file; echo x >file; stat -c '%n %s %a' in file") ==
          "in 40 0\nfile 0 0\n");
    CHECK(inside(box, who, {"--temporary-fs", dir, "--bind", dir + "/in:" + dir + "/sub/shown"},
                 "cd " + dir + "; ls -A . sub; ls sub/shown") ==
          ".:\nsub\n\nsub:\nshown\ndeep\ntrue\n");
    CHECK(inside(box, who, {"--bind-read-only", "/usr:" + dir},
                 "test -d " + dir +
                     "/bin && echo usr; "
                     "for d in " +
                     dir + try_to_write) == "usr\n");
    CHECK(box.run({"cat", dir + "/file"}).out == "secret\n");
    box.run({"rm", "-rf", dir});
  }
}

TEST_CASE("a new file system has the options given") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const std::string dir = "/var/tmp/stoker-" + std::to_string(getpid());
  for (const Who& who : everybody()) {
    REQUIRE(box.run({"sh", "-c", "umask 0; mkdir -p " + dir}).code == 0);
    const auto look = [&](const std::string& options, const std::string& script) {
      return inside(box, who, {"--temporary-fs", dir + options}, "cd " + dir + "; " + script);
    };
    CHECK(look(":mode=0750", "stat -c %a .; touch x && ls") == "750\nx\n");
    CHECK(look(":size=64k,mode=1777,nodev", "stat -c %a .; stat -fc %b,%S .") == "1777\n16,4096\n");
    CHECK(look(":ro", "touch x; ls") == "");
    CHECK(look(":mode=0711,noexec", "stat -c %a .; cp /bin/true . && ./true; echo $?") ==
          "711\n126\n");
    CHECK(look(":", "touch x; ls") == "x\n");
    CHECK(inside(box, who,
                 {"--temporary-fs", dir + ":ro", "--bind-read-only", "/usr/bin:" + dir + "/a/b",
                  "--protect-home=tmpfs", "--bind", "/usr:/home/here:rbind"},
                 "cd " + dir +
                     "; ls; ls a; test -e a/b/env && echo shown; touch x a/x; ls; cd "
                     "/home; ls; test -d here/bin && echo there; touch x && echo written") ==
          "a\nb\nshown\na\nhere\nthere\n");
    box.run({"rm", "-rf", dir});
  }
}

TEST_CASE("--exec permits execution in a path of one where nothing is executed") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const std::string dir = "/var/tmp/stoker-" + std::to_string(getpid());
  const Argv walls = {"--no-exec", "/",      "--exec", "/usr",   "--exec",
                      "/bin",      "--exec", "-/lib",  "--exec", "-/lib64"};
  for (const Who& who : everybody()) {
    REQUIRE(box.run({"sh", "-c", "umask 0; mkdir -p " + dir + "; cp /bin/true " + dir}).code == 0);
    CHECK(inside(box, who, walls, "echo ran; " + dir + "/true; echo $?") == "ran\n126\n");
    Argv more = walls;
    more.insert(more.end(), {"--exec", dir});
    CHECK(inside(box, who, more, dir + "/true; echo $?") == "0\n");
    box.run({"rm", "-rf", dir});
  }
}

TEST_CASE("the program sees only the jail's root") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  const std::string root = "/var/tmp/stoker-" + std::to_string(getpid());
  for (const Who& who : everybody()) {
    REQUIRE(
        box.run({"sh", "-c",
                 "umask 022; mkdir -p " + root + "/usr " + root + "/proc " + root + "/dev; cd " +
                     root + "; for d in bin lib lib64; do ln -sf usr/$d $d; done; chmod 777 ."})
            .code == 0);
    CHECK(inside(box, who,
                 {"--root", root, "--bind-read-only", "/usr", "--bind", "/dev", "--private-pids"},
                 "pwd; ls /; cd ..; cd ../..; pwd; ls -d /etc; echo $$; "
                 "ls /proc/1/cwd/ && echo out") == "/\nbin\ndev\nlib\nlib64\nproc\nusr\n/\n2\n");
    box.run({"rm", "-rf", root});
  }
}

TEST_CASE("root cannot undo or bypass a jail's mounts") {
  if (!can_jail() || !can_be_root()) SKIP("needs root and namespaces");
  Sandbox box;
  const Who root = {"root", {}};
  const Argv walls = {"--protect-system=strict", "--private-tmp", "--private-devices",
                      "--protect-home"};
  CHECK(
      inside(
          box, root, walls,
          "mount -o remount,rw / && echo remounted; mount -o remount,bind,rw /usr && echo rebound; "
          "umount /tmp && echo unmounted; mount -t tmpfs x /mnt && echo mounted; "
          "unshare -m umount /tmp && echo unshared; "
          "unshare -Urm umount /tmp && echo by-user-namespace; "
          "unshare -Urm mount -o remount,bind,rw / && echo by-user-namespace; "
          "nsenter -t 1 -m true && echo entered; ls /proc/1/root/root && echo looked; "
          "touch /proc/1/root/tmp/stoker-test && echo wrote; "
          "cd /tmp; mknod disk b 254 0 && echo made; chroot /proc/1/cwd true && echo out; "
          "for d in / /usr /etc" +
              try_to_write) == "");
  CHECK(inside(box, root, walls, "sed -n 's/^CapBnd:.//p' /proc/self/status") !=
        box.run({"sed", "-n", "s/^CapBnd:.//p", "/proc/self/status"}).out);
}

TEST_CASE("an ordinary user gains no capability in a jail, and cannot undo it") {
  if (!can_jail()) SKIP(no_jail);
  Sandbox box;
  for (const Who& who : everybody()) {
    if (who.name != "user") continue;
    CHECK(inside(box, who, {"--private-tmp"},
                 "id -u; sed -n 's/^CapEff:.//p; s/^CapPrm:.//p' /proc/self/status; "
                 "umount /tmp && echo unmounted; unshare -Urm umount /tmp && echo unshared") ==
          std::to_string(geteuid() == 0 ? nobody : geteuid()) +
              "\n0000000000000000\n0000000000000000\n");
  }
}

TEST_CASE("the initial directory does not lead out of a jail") {
  if (!can_jail() || !can_be_root()) SKIP("needs root and namespaces");
  Sandbox box;
  const std::string dir = "/var/tmp/stoker-" + std::to_string(getpid());
  box.run({"mkdir", "-p", dir + "/in"});
  const Result result = box.run({"jail", "--read-only", "/var", "touch", "x"}, {.directory = dir});
  CHECK(contains(result.err, "Read-only file system"));
  const Result hidden = box.run({"jail", "--temporary-fs", "/var/tmp", "true"}, {.directory = dir});
  CHECK(hidden.code == 111);
  CHECK(hidden.err == "jail: fatal: unable to change back to " + dir +
                          ": /var/tmp is new and empty in the jail; start in another directory, or "
                          "keep this one with --bind\n");
  const Result kept = box.run({"jail", "--private-tmp", "--bind", dir, "pwd"}, {.directory = dir});
  CHECK(kept.out == dir + "\n");
  CHECK(box.run({"jail", "--inaccessible", dir, "true"}, {.directory = dir + "/in"}).err ==
        "jail: fatal: unable to change back to " + dir + "/in: " + dir +
            " is inaccessible in the jail; start in another directory\n");
  CHECK(box.run({"jail", "--bind", "/usr:" + dir, "true"}, {.directory = dir + "/in"}).err ==
        "jail: fatal: unable to change back to " + dir + "/in: " + dir +
            " shows something else in the jail; start in another directory, or keep this one with "
            "--bind\n");
  box.run({"rm", "-rf", dir});
}
