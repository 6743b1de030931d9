// SPDX-License-Identifier: ISC
// stoker-init as process 1 of a PID namespace: the way up, the services, the way down.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "init_box.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// An appliance with a boot hook, a shutdown hook and a service, which report what happens to them.
struct Appliance : InitBox {
  Appliance() {
    box.script("etc/stoker/boot", "echo boot >$EVENTS");
    box.script("etc/stoker/shutdown", "echo \"shutdown $1\" >$EVENTS");
    box.script("etc/service/web/run", "exec $SERVE up ready 'TERM=web down!0'");
    box.write("etc/service/web/notification-fd", "3");
  }
  pid_t scanner() const {
    for (const pid_t pid : children_of(init()))
      if (proc_status(pid, "Name") == "svscan") return pid;
    return 0;
  }
};

#define NEEDS_MACHINE(appliance)                        \
  if (is_portable_twin()) SKIP("PID 1 is Linux alone"); \
  if (!appliance.can_run()) SKIP("needs namespaces and mounts")

bool is_mount_point(const std::string& path) {
  struct stat itself {
  }, above{};
  return stat(path.c_str(), &itself) == 0 && stat((path + "/..").c_str(), &above) == 0 &&
         itself.st_dev != above.st_dev;
}

}  // namespace

TEST_CASE("an appliance boots, runs services, and shuts down in order by a command") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.start({"stoker-init", "BOOT", "quiet"});
  CHECK(machine.box.event() == "boot");
  CHECK(machine.box.event() == "up");
  for (const char* const place :
       {"/proc", "/sys", "/dev/pts", "/dev/shm", "/run", "/sys/fs/cgroup"})
    CHECK(is_mount_point(machine.inside(place)));
  CHECK(std::filesystem::exists(machine.inside("/sys/fs/cgroup/cgroup.procs")));
  CHECK((std::filesystem::status(machine.inside("/dev/shm")).permissions() ==
         std::filesystem::perms(01777)));
  // Gets TERM with all the others, if it has not ended before.
  const Result asked = machine.run({init_directory() + "/poweroff"});
  CHECK((asked.code == 0 || asked.code == 128 + SIGTERM));
  CHECK(asked.err.empty());
  CHECK(machine.box.event() == "web down");
  CHECK(machine.box.event() == "shutdown poweroff");
  CHECK(machine.wait() == powered_off);
  CHECK(machine.console() ==
        "stoker-init: info: poweroff requested\nstoker-init: info: poweroff\n");
}

TEST_CASE("Ctrl-Alt-Del reboots in order, and a halt halts") {
  const int number = GENERATE(SIGINT, SIGUSR1);
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.start({"stoker-init"});
  CHECK(machine.box.events(2) == std::vector<std::string>{"boot", "up"});
  machine.signal(number);
  CHECK(machine.box.event() == "web down");
  CHECK(machine.box.event() == (number == SIGINT ? "shutdown reboot" : "shutdown halt"));
  CHECK(machine.wait() == (number == SIGINT ? rebooted : powered_off));
}

TEST_CASE("a boot hook that fails gives a shell on the console, and is run again after it") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.script("etc/stoker/boot", "echo boot >$EVENTS; test -e /etc/mended");
  machine.start({"stoker-init"}, "mount --bind /bin/sh $ROOT/sbin/sulogin");
  CHECK(machine.box.event() == "boot");
  machine.await("stoker-init: warning: /etc/stoker/boot failed: exited 1\n");
  machine.await(
      "stoker-init: info: starting a shell on the console: /sbin/sulogin; boot continues when it "
      "exits\n");
  machine.type(": >/etc/mended; tty; exit\n");
  machine.await("/dev/console\n");
  CHECK(machine.box.event() == "boot");
  CHECK(machine.box.event() == "up");
  machine.signal(SIGUSR2);
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("`single` gives a shell before the services, which can power off") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.start({"stoker-init", "single"}, "mount --bind /bin/sh $ROOT/sbin/sulogin");
  CHECK(machine.box.event() == "boot");
  machine.await("a shell on the console: /sbin/sulogin");
  machine.type("exec " + init_directory() + "/poweroff\n");
  CHECK(machine.box.event() == "shutdown poweroff");
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("`emergency` gives a shell before the boot hook") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.start({"stoker-init", "emergency"}, "mount --bind /bin/sh $ROOT/sbin/sulogin");
  machine.await("a shell on the console: /sbin/sulogin");
  machine.type("echo shell >" + machine.box.path("../events") + "; exit\n");
  for (const char* const event : {"shell", "boot", "up"}) CHECK(machine.box.event() == event);
}

TEST_CASE("svscan and supervise are taken from beside stoker-init, whatever PATH says") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.script("etc/service/web/run", "echo up >$EVENTS; echo >&3; exec sleep 1000");
  machine.start({"stoker-init"}, "export PATH=/usr/sbin:/usr/bin:/bin");
  CHECK(machine.box.events(2) == std::vector<std::string>{"boot", "up"});
  CHECK(machine
            .run({"env", "SVSTATE=/run/service", program_directory() + "/svwait", "-U",
                  "/etc/service/web"})
            .code == 0);
  machine.signal(SIGUSR2);
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("services survive a kill of svscan, and are stopped in order by the next one") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.script("etc/service/web/run", obedient);
  machine.box.remove("etc/service/web/notification-fd");
  machine.start({"stoker-init"});
  CHECK(machine.box.event() == "boot");
  const std::string up = machine.box.event();
  const pid_t first = machine.scanner();
  kill(first, SIGKILL);
  machine.await("stoker-init: warning: svscan killed by SIGKILL\n");
  machine.box.wait_for([&] { return machine.scanner() != first && machine.scanner() != 0; },
                       "no other svscan");
  // Without a word between: nothing was started again.
  machine.signal(SIGUSR2);
  CHECK(machine.box.event() == "term");
  CHECK(machine.box.event() == "shutdown poweroff");
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("requests are read even if the boot hook has mounted something on /run") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.script("etc/stoker/boot",
                     "mount -t tmpfs none /run; mkdir /run/stoker; echo >/run/stoker/init");
  machine.start({"stoker-init"});
  CHECK(machine.box.event() == "up");
  CHECK(machine.run({init_directory() + "/poweroff"}).err.empty());
  CHECK(machine.wait() == powered_off);
  CHECK_FALSE(contains(machine.console(), "warning"));
}

TEST_CASE("processes that ignore TERM are killed after the time limit") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.write("etc/stoker/timeout-stop", "3s");
  machine.box.write("etc/stoker/timeout-shutdown", "3s");
  machine.box.script("etc/service/web/run", "trap '' TERM; echo up >$EVENTS; read o <$ORDERS");
  machine.box.script("etc/stoker/boot", "(trap '' TERM HUP; sleep 1000) & echo boot >$EVENTS");
  machine.box.script("etc/stoker/shutdown", "echo \"shutdown $1\" >$EVENTS; read o <$ORDERS");
  machine.start({"stoker-init"});
  CHECK(machine.box.events(2) == std::vector<std::string>{"boot", "up"});
  machine.signal(SIGUSR2);
  CHECK(machine.box.event() == "shutdown poweroff");
  machine.await("stoker-init: info: killing remaining processes\n");
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("a limit that is milliseconds without a unit is a warning below a second") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.write("etc/stoker/timeout-stop", "20");
  machine.start({"stoker-init"});
  CHECK(machine.box.events(2) == std::vector<std::string>{"boot", "up"});
  machine.await(
      "stoker-init: warning: 20 in /etc/stoker/timeout-stop means milliseconds: write 20s for "
      "seconds, 20ms otherwise\n");
  machine.signal(SIGUSR2);
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("a boot hook that hangs does not keep Ctrl-Alt-Del from working") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.script("etc/stoker/boot", "echo boot >$EVENTS; read o <$ORDERS");
  machine.start({"stoker-init"});
  CHECK(machine.box.event() == "boot");
  machine.signal(SIGINT);
  CHECK(machine.box.event() == "shutdown reboot");
  CHECK(machine.wait() == rebooted);
}

TEST_CASE("an image without hooks and shell boots, and its services need none") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.remove("etc/stoker/shutdown");
  machine.box.write("etc/stoker/boot", "neither a script nor a program\n");
  machine.box.mode("etc/stoker/boot", 0755);
  machine.box.remove("etc/service/web/run");
  machine.box.link(program_directory() + "/svok", "etc/service/web/run");
  machine.start({"stoker-init"},
                "for each in bin/sh sbin/sulogin; do mount --bind /dev/null $ROOT/$each; done");
  machine.await("stoker-init: warning: unable to run /etc/stoker/boot: exec format error\n");
  CHECK(!contains(machine.console(), "has failed"));
  machine.await("stoker-init: warning: no shell found, continuing without one\n");
  machine.await("svok: usage: svok dir ...\n");
  machine.signal(SIGUSR2);
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("without a console the services are started even if the boot hook fails") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.script("etc/stoker/boot", "echo boot >$EVENTS; exit 1");
  machine.start({"stoker-init"}, "umount $ROOT/dev/console; rm $ROOT/dev/console");
  CHECK(machine.box.event() == "boot");
  CHECK(machine.box.event() == "up");
  machine.signal(SIGUSR2);
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("without a service directory it retries and warns, at growing intervals") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.box.write("etc/stoker/svscan", "-S /run/state  /etc/nothing\n");
  machine.start({"stoker-init"});
  machine.await("svscan: fatal: unable to chdir to /etc/nothing: file does not exist\n");
  machine.await("stoker-init: warning: svscan exited 111\n");
  machine.await("stoker-init: warning: svscan exited 111\n");
  CHECK(machine.run({init_directory() + "/reboot"}).err.empty());
  CHECK(machine.wait() == rebooted);
}

TEST_CASE("without svscan it warns, retries after pauses, and still shuts down in order") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  std::filesystem::create_directory(machine.box.path("alone"));
  std::filesystem::copy(program_directory() + "/stoker-init", machine.box.path("alone"));
  machine.start({machine.box.path("alone/stoker-init")},
                "C=$(command -v chroot); export PATH=/nowhere; shift; exec $C \"$ROOT\" \"$@\"");
  CHECK(machine.box.event() == "boot");
  machine.await("stoker-init: warning: unable to run svscan: file does not exist\n");
  machine.await("stoker-init: warning: svscan exited 111\n");
  machine.await("stoker-init: warning: svscan exited 111\n");
  machine.signal(SIGUSR2);
  CHECK(machine.box.event() == "shutdown poweroff");
  CHECK(machine.wait() == powered_off);
}

TEST_CASE("where reboot(2) is not permitted it exits, which ends the container") {
  Appliance machine;
  NEEDS_MACHINE(machine);
  machine.start({"/usr/bin/setpriv", "--bounding-set", "-sys_boot", "--inh-caps", "-sys_boot",
                 program_directory() + "/stoker-init"});
  CHECK(machine.box.events(2) == std::vector<std::string>{"boot", "up"});
  machine.signal(SIGTERM);
  CHECK(machine.wait() == 0);
  CHECK(contains(machine.console(), "stoker-init: warning: unable to reboot: permission denied\n"));
}

TEST_CASE("stoker-init refuses to run unless it is process 1") {
  Sandbox box;
  const Result alone = box.run({"stoker-init"});
  CHECK(alone.code == 111);
  CHECK(alone.err == "stoker-init: fatal: must be run as process 1\n");
  CHECK(box.run({"stoker-init", "-?"}).code == 100);
}
