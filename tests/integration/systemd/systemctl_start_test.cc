// SPDX-License-Identifier: ISC
// What `systemctl start` waits for, and what it imports.
#include "units.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A oneshot as stoker-import writes it: a program that runs, ends, and is not started again.
struct Oneshots : UnitTree {
  void oneshot(const std::string& name, const std::string& run) {
    define(name, run);
    write("defs/" + name + "/restart", "never\n");
    write("defs/" + name + "/.stoker-import", "");
    unit(name + ".service", "[Service]\nType=oneshot\nExecStart=/bin/it\n");
  }
};

}  // namespace

TEST_CASE("the start of a oneshot is done when it has ended, and fails with it") {
  Oneshots box;
  box.oneshot("bad", "exit 3");
  box.oneshot("good", "exit 0");
  box.begin();
  const std::string failed =
      " failed because the control process exited with error code.\n"
      "See \"systemctl status bad.service\" and \"journalctl -xeu bad.service\" for details.\n1";
  CHECK(box.complaint({"start", "bad"}) == "Job for bad.service" + failed);
  CHECK(box.complaint({"restart", "bad"}) == "Job for bad.service" + failed);
  CHECK(box.complaint({"start", "good"}) == "0");
  CHECK(box.complaint({"start", "good"}) == "0");
}

TEST_CASE("a start imports what the unit needs and wants, all in one command") {
  Oneshots box;
  box.script("bin/stoker-import",
             "shift; shift; shift; shift; echo \"$@\" >>$BOX/imports\n"
             "for unit; do name=${unit%.*}; mkdir -p $SVDEFINITIONS/$name\n"
             "printf '#!/bin/sh\\nexec sleep 1000\\n' >$SVDEFINITIONS/$name/run\n"
             "chmod 755 $SVDEFINITIONS/$name/run; done");
  box.setup.environment["PATH"] = box.path("bin") + ":" + program_directory() + ":/usr/bin:/bin";
  const std::string service = "[Service]\nExecStart=/bin/it\n";
  box.unit("app.service",
           "[Unit]\nRequires=db.service none.service\nWants=cache.service\n"
           "After=late.service\n" +
               service + "[Install]\nAlso=app.socket\n");
  box.unit("db.service", "[Unit]\nBindsTo=disk.service\nRequires=app.service\n" + service);
  for (const std::string name : {"disk", "cache", "late"}) box.unit(name + ".service", service);
  box.unit("app.socket", "[Socket]\nListenStream=1\n");
  box.define("cache");
  box.begin();
  CHECK(box.complaint({"start", "app"}) == "0");
  CHECK(box.read("imports") == "app.service db.service disk.service\n");
  CHECK(box.ask({"is-active", "app"}) == "active\n0");
  for (const std::string name : {"db", "disk", "cache"}) CHECK(box.exists("sv/" + name + "/down"));
  CHECK_FALSE(box.exists("sv/late"));
}

TEST_CASE("daemon-reload follows the links by which packages start units at boot") {
  Oneshots box;
  box.script("bin/stoker-import",
             "shift; shift; shift; shift\n"
             "for unit; do name=${unit%.*}; mkdir -p $SVDEFINITIONS/$name\n"
             "printf '#!/bin/sh\\nexec sleep 1000\\n' >$SVDEFINITIONS/$name/run\n"
             "chmod 755 $SVDEFINITIONS/$name/run; done");
  box.setup.environment["PATH"] = box.path("bin") + ":" + program_directory() + ":/usr/bin:/bin";
  for (const std::string name : {"bus", "systemd-logind", "hidden", "static"})
    box.unit(name + ".service", "[Service]\nExecStart=/bin/it\n");
  for (const std::string name : {"bus", "systemd-logind", "hidden", "gone"})
    box.link("../" + name + ".service", "units/multi-user.target.wants/" + name + ".service");
  box.link("/dev/null", "etc/hidden.service");
  box.begin();
  CHECK(box.systemctl({"daemon-reload"}).code == 0);
  CHECK(box.list("sv") == std::vector<std::string>{".svscan", "bus"});
  CHECK_FALSE(box.exists("sv/bus/down"));
  CHECK(box.ask({"is-enabled", "bus"}) == "static\n0");
  // It stays so when that is done again.
  CHECK(box.systemctl({"daemon-reload"}).code == 0);
  CHECK(box.exists("sv/bus/run"));
}

TEST_CASE("daemon-reload leaves a group that has no unit file as it is") {
  UnitTree box;
  box.write("defs/multi-user/wants", "web\n");
  box.write("defs/multi-user/.stoker-import", "# Digests.\n# from \n");
  box.link("../defs/multi-user", "sv/multi-user");
  box.begin_and_await({"multi-user"});
  CHECK(box.systemctl({"daemon-reload"}).code == 0);
  CHECK_FALSE(box.exists("defs/multi-user/down"));
  box.wait_for(
      [&] {
        return box.ask({"is-active", "multi-user.target"}) == "active\n0";
      },
      "the group is not ready");
}

TEST_CASE("a service that has only an init script is imported when it is started") {
  if (!can_unshare()) SKIP("needs namespaces");
  UnitTree box;
  const std::string path = program_directory() + ":/usr/sbin:/usr/bin:/sbin:/bin";
  box.setup.environment["PATH"] = path;
  box.script("init.d/old",
             "### BEGIN INIT INFO\n# Provides: old\n# Short-Description: Old\n"
             "# Default-Start: 2 3 4 5\n### END INIT INFO\necho $1 >>$BOX/calls");
  box.script("inside",
             "mount --make-rprivate / && mount --bind $BOX/init.d /etc/init.d || exit 9\n"
             "exec \"$@\"");
  const auto inside = [&](Argv words) {
    words.insert(words.begin(), {"unshare", "-m", box.path("inside")});
    return words;
  };
  const auto systemctl = [&](Argv words) {
    words.insert(words.begin(), init_directory() + "/systemctl");
    const Result result = box.run(inside(words), box.setup);
    return result.err + result.out + std::to_string(result.code);
  };
  box.scanner = box.start(inside({"svscan", "sv"}), box.setup);
  box.wait_for([&] { return box.exists("sv/.svscan/control"); }, "svscan does not begin");
  CHECK(systemctl({"is-enabled", "README"}).ends_with("1"));
  CHECK(systemctl({"start", "old"}) == "0");
  CHECK(box.read("calls") == "start\n");
  CHECK(systemctl({"is-active", "old"}) == "active\n0");
  CHECK(systemctl({"enable", "old"}) == "0");
  CHECK(systemctl({"is-enabled", "old"}) == "enabled\n0");
  CHECK(systemctl({"daemon-reload"}) == "0");
  CHECK(systemctl({"is-active", "old"}) == "active\n0");
  CHECK(systemctl({"stop", "old"}) == "0");
  CHECK(box.read("calls") == "start\nstop\n");
  box.remove("init.d/old");
  CHECK(systemctl({"daemon-reload"}) == "0");
  CHECK_FALSE(box.exists("sv/old"));
}

TEST_CASE("a unit without a description is described by its name") {
  UnitTree box;
  box.unit("web.service", "[Service]\nExecStart=/bin/it\n");
  box.define("web");
  box.write("defs/web/.stoker-import", "");
  box.define("own");
  CHECK(box.ask({"show", "-P", "Description", "web"}) == "web.service\n0");
  CHECK(box.ask({"show", "-P", "Description", "own"}) == "The own service\n0");
}

TEST_CASE("what a service can reload by, systemctl sees") {
  UnitTree box;
  for (const std::string name : {"signal", "script", "notified", "not"}) box.define(name);
  box.write("defs/signal/reload-signal", "HUP\n");
  box.script("defs/script/control/l", "exit 0");
  box.write("defs/notified/notify-reload", "");
  for (const std::string name : {"signal", "script", "notified"})
    CHECK(box.ask({"show", "-P", "CanReload", name}) == "yes\n0");
  CHECK(box.ask({"show", "-P", "CanReload", "not"}) == "no\n0");
}

TEST_CASE("a file in the way of a mask is named, and status wants a number of lines") {
  UnitTree box;
  box.write("etc/web.service", "[Service]\nExecStart=/bin/it\n");
  CHECK(box.complaint({"mask", "web"}) ==
        "Failed to mask unit: File " + box.path("etc/web.service") + " already exists.\n1");
  CHECK(box.complaint({"status", "-n", "abc", "web"}) == "Failed to parse lines 'abc'.\n1");
}
