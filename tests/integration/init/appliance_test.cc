// SPDX-License-Identifier: ISC
// examples/appliance in a virtual machine of its own, with a real kernel: boots, serves, loses
// a service to the kernel's out-of-memory killer, reboots, powers off, and every line of the
// logs is on the disk.
#include <filesystem>
#include <sstream>

#include "sandbox.hh"
#include "virtual_machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string file_on(Sandbox& box, const std::string& path) {
  return box.run({"/sbin/debugfs", "-R", "cat " + path, "disk"}).out;
}

// "line 1", "line 2" … and the word with which it ended, for each time that it ran.
void check_complete(const std::string& log, int runs) {
  std::istringstream lines(log);
  std::string stamp, word;
  int number = 0, expected = 1, ends = 0;
  while (lines >> stamp >> word >> number) {
    if (word == "end") {
      INFO(number);
      CHECK(number == expected - 1);
      expected = 1;
      ++ends;
    } else if (number != expected++) {
      FAIL("a line is missing before " + std::to_string(number));
    }
  }
  INFO(log.substr(log.size() - std::min<size_t>(log.size(), 400)));
  CHECK(ends == runs);
}

}  // namespace

TEST_CASE("the example of an appliance boots, survives a lack of memory, reboots and powers off") {
  if (is_portable_twin()) SKIP("PID 1 is Linux alone");
  if (const std::string missing = missing_for_machine(); !missing.empty()) SKIP("needs " + missing);
  Sandbox box;
  box.script("more/etc/service/flood/run",
             "i=0; trap 'echo end $i; exit 0' TERM\n"
             "while :; do i=$((i + 1)); echo line $i; usleep 2000; done");
  box.write("more/etc/service/hog/max-restarts", "2 3600");
  box.write("more/etc/service/hog/restart-delay", "10 100");
  box.write("more/etc/service/hog/down", "");
  box.script("more/etc/service/hog/run",
             "mkdir -p /sys/fs/cgroup/hog; cd /sys/fs/cgroup/hog\n"
             "echo 4M >memory.max; echo $$ >cgroup.procs; echo eating\n"
             "exec dd if=/dev/zero of=/dev/null bs=60M count=1");
  REQUIRE(box.run({std::filesystem::absolute("examples/appliance/build"), stoker_program(),
                   "/usr/bin/busybox", "initramfs", box.path("more")})
              .err.empty());
  REQUIRE(box.run({"sh", "-c", "truncate -s 32M disk && /sbin/mke2fs -q -t ext4 disk"}).code == 0);

  VirtualMachine machine(box);
  machine.await("appliance# ");
  CHECK(contains(machine.run("grep cgroup /proc/mounts"), "cgroup2 /sys/fs/cgroup cgroup2 "));
  CHECK(contains(
      machine.run("svwait -t 300000 -u /etc/service/flood /etc/service/heartbeat; echo =$?"),
      "\n=0\n"));
  machine.run("until svlog heartbeat | grep ' load$'; do usleep 100000; done");
  const std::string hog = machine.run(
      "sv up hog; until sv status hog | grep -q failed; do usleep 100000; done; sv status hog; "
      "grep -c eating /var/log/hog/current");
  INFO(hog);
  CHECK(contains(hog, "Killed process"));  // by the kernel, which reports it
  CHECK(contains(hog, "killed by SIGKILL"));
  CHECK(contains(hog, "\n3\n"));
  machine.type("reboot");
  machine.await("stoker-init: info: reboot requested\n");
  machine.await("stoker-init: info: reboot\n");

  machine.await("appliance# ");
  CHECK(contains(machine.run("svwait -t 300000 -u /etc/service/flood; echo =$?"), "\n=0\n"));
  machine.type("busybox poweroff");  // a program that does not know our FIFO sends a signal
  CHECK(machine.wait() == 0);
  CHECK(box.run({"/sbin/e2fsck", "-fn", "disk"}).code == 0);
  check_complete(file_on(box, "/log/flood/current"), 2);
}
