// SPDX-License-Identifier: ISC
// Control groups with a real kernel that has all controllers: limits that are hit, and shown.
#include <filesystem>

#include "sandbox.hh"
#include "virtual_machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char eats[] = "echo eating\nexec dd if=/dev/zero of=/dev/null bs=60M count=1";

// Until a command succeeds, at the machine's shell, or for half a minute.
std::string until(const std::string& command) {
  return "n=0; until " + command + " || [ $n -gt 300 ]; do n=$((n + 1)); usleep 100000; done; ";
}

void add_services(Sandbox& box) {
  const auto service = [&box](const std::string& name, const std::string& run) {
    box.script("more/etc/service/" + name + "/run", run);
    box.write("more/etc/service/" + name + "/down", "");
  };
  const auto write = [&box](const std::string& name, const std::string& text) {
    box.write("more/etc/service/" + name, text);
  };
  service("hog", eats);
  write("hog/cgroup/memory.max", "8M\n");
  write("hog/restart", "never");
  // A process that is killed is not run itself.
  const std::string worker =
      "trap 'exit 0' TERM\n(dd if=/dev/zero of=/dev/null bs=60M count=1)\necho survived\n"
      "while :; do usleep 50000; done";
  for (const std::string policy : {"continue", "stop", "kill"}) {
    service(policy, worker);
    write(policy + "/cgroup/memory.max", "8M\n");
    write(policy + "/oom-policy", policy);
    write(policy + "/restart", "never");
  }
  service("forks", "i=0; while [ $i -lt 9 ]; do sleep 1000 & i=$((i + 1)); done; wait");
  write("forks/cgroup/pids.max", "10\n");
  service("spins", "exec sh -c 'while :; do :; done'");
  write("spins/cgroup/cpu.max", "10000 100000\n");
  service("daemon",
          "setsid sh -c 'trap \"\" TERM; while :; do setsid sleep 1 & sleep 1; done' &\n"
          "exec sleep 1000");
  write("daemon/timeout-kill", "100");
  box.directory("more/etc/service/daemon/cgroup");
}

}  // namespace

TEST_CASE("on a machine with all controllers, limits hold, are shown, and leave nothing behind") {
  if (is_portable_twin()) SKIP("PID 1 is Linux alone");
  if (const std::string missing = missing_for_machine(); !missing.empty()) SKIP("needs " + missing);
  Sandbox box;
  add_services(box);
  REQUIRE(box.run({std::filesystem::absolute("examples/appliance/build"), stoker_program(),
                   "/usr/bin/busybox", "initramfs", box.path("more")})
              .err.empty());
  REQUIRE(box.run({"sh", "-c", "truncate -s 32M disk && /sbin/mke2fs -q -t ext4 disk"}).code == 0);
  VirtualMachine machine(box);
  machine.await("appliance# ");
  const auto run = [&machine](const std::string& command) {
    const std::string said = machine.run(command);
    UNSCOPED_INFO(said);
    return said;
  };

  CHECK(
      contains(run("sv up hog; " + until("sv status hog | grep -q '^down.*ry'") + "sv status hog"),
               ", out of memory (memory.max 8M)"));
  CHECK(contains(run("sv up continue; " + until("grep -q survived /var/log/continue/current") +
                     "sv status continue"),
                 " of 8M, cpu "));
  CHECK(contains(machine.said(),
                 "supervise continue: warning: the kernel has killed a process of "
                 "run for lack of memory: memory.max is 8M\n"));
  for (const std::string policy : {"stop", "kill"})
    CHECK(contains(
        run("sv up " + policy + "; " + until("sv status " + policy + " | grep -q '^down.*ry'") +
            "sv status " + policy),
        ", out of memory (memory.max 8M)"));
  CHECK(contains(
      run("sv up forks; " + until("sv status forks | grep -q ' 10 of 10 tasks'") + "echo =$?"),
      "\n=0\n"));
  CHECK(!contains(run("sh -c 'cd /sys/fs/cgroup/stoker.*/forks.svc; echo $$ >cgroup.procs; (true); "
                      "echo for\"\"ked'"),
                  "\nforked"));
  // Roughly: a tenth, and not all of it.
  const std::string spins =
      run("sv -v up spins; cd /sys/fs/cgroup/stoker.*/spins.svc; cat cpu.max; " +
          until("[ $(sed -n 's/^nr_throttled //p' cpu.stat) -gt 5 ]") + "cd /; echo =$?");
  CHECK(contains(spins, "\n10000 100000\n"));
  CHECK(contains(spins, "\n=0\n"));
  CHECK(contains(run("sv set spins cpu.max 50000 100000; cat "
                     "/sys/fs/cgroup/stoker.*/spins.svc/cpu.max"),
                 "\n50000 100000\n"));
  CHECK(contains(run("sv -v pause --all spins; " +
                     until("grep -q 'frozen 1' /sys/fs/cgroup/stoker.*/spins.svc/cgroup.events") +
                     "sv -v continue spins"),
                 "ok: run: spins: "));
  CHECK(contains(run("sv -v up daemon; usleep 300000; sv stop daemon; ps | grep -c '[s]leep 1$'"),
                 "\n0\n"));
  run("sv stop continue forks spins");
  CHECK(contains(run("ls -d /sys/fs/cgroup/stoker.*/*.svc; echo =$?"), "\n=1\n"));

  // Below a group that is not the root, and is delegated to another user, svscan makes room for the
  // controllers by itself: at once, or when a service needs one.
  run("unset SVSTATE; chmod 755 / /tmp");
  for (const std::string option : {"-c9", "--cgroup"}) {
    run("rm -rf /tmp/t; mkdir -p /tmp/t/a/cgroup /tmp/t/b /sys/fs/cgroup/t; echo 9M "
        ">/tmp/t/a/cgroup/memory.max; touch /tmp/t/a/cgroup/required");
    run("for s in a b; do echo '#!/bin/sh' >/tmp/t/$s/run; echo exec sleep 1000 >>/tmp/t/$s/run; "
        "chmod +x /tmp/t/$s/run; done; chown -R 1:1 /tmp/t /sys/fs/cgroup/t; "
        "chown 1:1 /sys/fs/cgroup/cgroup.procs");
    run("sh -c 'echo $$ >/sys/fs/cgroup/t/cgroup.procs; exec chpst -u :1:1 svscan " + option +
        " /tmp/t' & " + until("svwait -t 9000 -u /tmp/t/a /tmp/t/b 2>/dev/null"));
    CHECK(contains(run("cat /sys/fs/cgroup/t/stoker.*/a.svc/memory.max"), "\n9437184\n"));
    CHECK(contains(run("wc -l </sys/fs/cgroup/t/cgroup.procs"), "\n0\n"));
    CHECK(contains(run("SVDIR=/tmp/t sv status a"), " of 9M, "));
    run("kill $!; wait $!; ls -d /sys/fs/cgroup/t/*/; echo =$?");
    CHECK(contains(run("ls -d /sys/fs/cgroup/t/*/ 2>&1; rmdir /sys/fs/cgroup/t; echo =$?"),
                   "\n=0\n"));
  }
  // One that is not alone there says who is in the way.
  run("mkdir /sys/fs/cgroup/t; sh -c 'echo $$ >/sys/fs/cgroup/t/cgroup.procs; exec sleep 1000' & "
      "chown -R 0:0 /tmp/t");
  run("sh -c 'until grep -q . /sys/fs/cgroup/t/cgroup.procs; do usleep 100000; done; echo $$ "
      ">/sys/fs/cgroup/t/cgroup.procs; exec svscan --cgroup /tmp/t' & " +
      until("svwait -t 9000 -u /tmp/t/b 2>/dev/null"));
  machine.run(until("SVDIR=/tmp/t sv status a | grep -q 'no control group: device busy'"));
  CHECK(contains(machine.said(),
                 "svscan: warning: unable to enable the controller memory in "
                 "/sys/fs/cgroup/t: device busy: sleep ("));
  CHECK(contains(machine.said(),
                 ") is in it; start the tree in a group that has no other "
                 "processes\n"));
  run("kill $!; wait $!");
  machine.type("poweroff");
  CHECK(machine.wait() == 0);
}
