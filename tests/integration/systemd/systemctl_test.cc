// SPDX-License-Identifier: ISC
// systemctl's commands, their output and exit codes as scripts know them.
#include "units.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("systemctl starts, stops and restarts a service and prints nothing") {
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.complaint({"start", "web"}) == "0");
  CHECK(box.ask({"is-active", "web"}) == "active\n0");
  const pid_t before = box.status("sv/web").main.pid;
  CHECK(box.complaint({"restart", "web.service"}) == "0");
  CHECK(box.status("sv/web").main.pid != before);
  CHECK(box.complaint({"stop", "web"}) == "0");
  CHECK(box.ask({"is-active", "web"}) == "inactive\n3");
  CHECK(box.complaint({"try-restart", "web"}) == "0");
  CHECK(box.ask({"is-active", "web"}) == "inactive\n3");
  CHECK(box.complaint({"reload-or-restart", "web"}) == "0");
  CHECK(box.ask({"is-active", "web"}) == "active\n0");
  // What was only started is not enabled, and does not start at the next boot.
  CHECK(box.ask({"is-enabled", "web"}) == "disabled\n1");
  CHECK(box.exists("defs/web/down"));
}

TEST_CASE("a unit that does not exist has the exit codes of LSB") {
  UnitTree box;
  box.begin();
  CHECK(box.complaint({"start", "none"}) ==
        "Failed to start none.service: Unit none.service not found.\n5");
  CHECK(box.complaint({"restart", "none"}) ==
        "Failed to restart none.service: Unit none.service not found.\n5");
  CHECK(box.complaint({"stop", "none"}) ==
        "Failed to stop none.service: Unit none.service not loaded.\n5");
  CHECK(box.complaint({"reload", "none"}) ==
        "Failed to reload none.service: Unit none.service not loaded.\n5");
  CHECK(box.ask({"is-active", "none"}) == "inactive\n4");
  CHECK(box.ask({"is-failed", "none"}) == "inactive\n1");
  CHECK(box.complaint({"status", "none"}) == "Unit none.service could not be found.\n4");
  CHECK(box.complaint({"is-enabled", "none"}) ==
        "Failed to get unit file state for none.service: No such file or directory\n1");
  CHECK(box.ask({"show", "-p", "LoadState", "none"}) == "LoadState=not-found\n0");
  CHECK(box.complaint({"cat", "none"}) == "No files found for none.service.\n1");
  CHECK(box.complaint({"kill", "none"}) ==
        "Failed to kill unit none.service: Unit none.service not loaded.\n1");
}

TEST_CASE("a start that fails says why, and where to look") {
  UnitTree box;
  box.script("defs/once/start", "exit 1");
  box.begin();
  CHECK(box.complaint({"start", "once"}) ==
        "Job for once.service failed because the control process exited with error code.\n"
        "See \"systemctl status once.service\" and \"journalctl -xeu once.service\" for "
        "details.\n1");
  CHECK(box.ask({"is-failed", "once"}) == "failed\n0");
  CHECK(box.ask({"is-active", "once"}) == "failed\n3");
  CHECK(box.ask({"show", "once", "-p", "Result,SubState"}) ==
        "Result=exit-code\nSubState=failed\n0");
  CHECK(box.ask({"is-system-running"}) == "degraded\n1");
  CHECK(box.complaint({"reset-failed", "once"}) == "0");
  CHECK(box.ask({"is-failed", "once"}) == "inactive\n1");
  CHECK(box.ask({"is-system-running"}) == "running\n0");
}

TEST_CASE("a service that ended badly for good has failed until that is reset") {
  UnitTree box;
  box.define("bad", "exit 3");
  box.write("defs/bad/restart", "never");
  box.begin();
  CHECK(box.systemctl({"start", "bad"}).code <= 1);
  box.await(
      [](const StatusFile& status) {
        return status.main_status.state == State::down && status.main_status.starts > 0;
      },
      "end", "sv/bad");
  CHECK(box.ask({"is-failed", "bad"}) == "failed\n0");
  CHECK(
      contains(box.systemctl({"status", "bad"}).out, "Active: failed (Result: exit-code) since "));
  CHECK(box.systemctl({"status", "bad"}).code == 3);
  CHECK(box.complaint({"reset-failed"}) == "0");
  CHECK(box.ask({"is-failed", "bad"}) == "inactive\n1");
}

TEST_CASE("reload needs a service that runs and can be reloaded") {
  UnitTree box;
  box.define("web");
  box.script("defs/fine/run", "exec $SERVE up HUP=hup");
  box.write("defs/fine/reload-signal", "HUP");
  box.define("worse");
  box.script("defs/worse/control/l", "exit 1");
  box.begin();
  CHECK(box.systemctl({"start", "web", "fine", "worse"}).code == 0);
  CHECK(box.event() == "up");
  CHECK(box.complaint({"reload", "web"}) ==
        "Failed to reload web.service: Job type reload is not applicable for unit "
        "web.service.\n3");
  CHECK(box.complaint({"reload", "fine"}) == "0");
  CHECK(box.event() == "hup");
  CHECK(box.complaint({"force-reload", "fine"}) == "0");
  CHECK(box.event() == "hup");
  CHECK(box.systemctl({"reload", "worse"}).code == 1);
  CHECK(box.systemctl({"stop", "fine"}).code == 0);
  CHECK(box.complaint({"reload", "fine"}) == "fine.service is not active, cannot reload.\n1");
}

TEST_CASE("is-active succeeds if one of the units is active") {
  UnitTree box;
  box.define("web");
  box.define("db");
  box.begin();
  CHECK(box.systemctl({"start", "web"}).code == 0);
  CHECK(box.ask({"is-active", "web", "db"}) == "active\ninactive\n0");
  CHECK(box.ask({"-q", "is-active", "web"}) == "0");
  CHECK(box.ask({"--system", "--quiet", "is-active", "--", "db.service"}) == "3");
}

TEST_CASE("status shows a unit, and its exit code whether it is active") {
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.systemctl({"start", "web"}).code == 0);
  const Result result = box.systemctl({"status", "web", "--no-pager", "-l"});
  CHECK(result.code == 0);
  CHECK(contains(result.out, "● web.service - The web service\n     Loaded: loaded (" +
                                 box.path("sv/web") +
                                 "; disabled)\n     Active: active (running) "
                                 "since "));
  CHECK(contains(result.out,
                 "   Main PID: " + std::to_string(box.status("sv/web").main.pid) + " (sleep)\n"));
  CHECK(box.systemctl({"stop", "web"}).code == 0);
  const Result down = box.systemctl({"status", "web"});
  CHECK(down.code == 3);
  CHECK(contains(down.out, "○ web.service - The web service\n"));
  CHECK(contains(down.out, "     Active: inactive (dead) since "));
}

TEST_CASE("show prints properties as Ansible, Chef and init scripts read them") {
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.systemctl({"enable", "--now", "web"}).code == 0);
  CHECK(box.ask({"show", "web", "-p", "LoadState,ActiveState", "-p", "UnitFileState"}) ==
        "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n0");
  CHECK(box.ask({"-p", "LoadState", "--value", "show", "web"}) == "loaded\n0");
  CHECK(box.ask({"show", "-P", "Id", "web"}) == "web.service\n0");
  CHECK(box.ask({"show", "--value", "--property", "SourcePath", "web"}) == "\n0");
  CHECK(box.ask({"-p", "CanReload", "show", "web"}) == "CanReload=no\n0");
  CHECK(box.ask({"show", "--property=NeedDaemonReload", "--", "web"}) == "NeedDaemonReload=no\n0");
  CHECK(box.ask({"show", "-p", "Nonsense", "web"}) == "0");
  const Result all = box.systemctl({"show", "web"});
  CHECK(all.code == 0);
  for (const char* const part :
       {"\nMainPID=", "\nId=web.service\n", "\nActiveState=active\n", "\nSubState=running\n"})
    CHECK(contains(all.out, part));
  CHECK(contains(box.systemctl({"show"}).out, "SystemState=running\n"));
}

TEST_CASE("list-units shows what is active, and with --all what is not") {
  UnitTree box;
  box.define("web");
  box.define("db");
  box.begin();
  CHECK(box.systemctl({"start", "web", "db"}).code == 0);
  CHECK(box.systemctl({"stop", "db"}).code == 0);
  CHECK(box.ask({"list-units", "--no-legend"}) ==
        "  web.service loaded active running The web service\n0");
  CHECK(box.ask({"list-units", "--all", "--no-legend", "--plain"}) ==
        "db.service  loaded inactive dead    The db service\n"
        "web.service loaded active   running The web service\n0");
  CHECK(box.ask({"--no-legend", "--plain", "list-units", "--state=inactive"}) ==
        "db.service loaded inactive dead The db service\n0");
  CHECK(box.ask({"--no-legend", "list-units", "--type=socket"}) == "0");
  CHECK(box.ask({"--no-legend", "--plain", "--all", "list-units", "d*"}) ==
        "db.service loaded inactive dead The db service\n0");
  CHECK(contains(box.systemctl({}).out, "\n1 loaded units listed."));
  CHECK(contains(box.systemctl({}).out, "  UNIT        LOAD   ACTIVE SUB     DESCRIPTION\n"));
  CHECK(box.ask({"list-units", "-o", "json"}) ==
        "[{\"unit\":\"web.service\",\"load\":\"loaded\",\"active\":\"active\",\"sub\":\"running\","
        "\"description\":\"The web service\"}]\n0");
  CHECK(box.ask({"--failed", "--no-legend"}) == "0");
}

TEST_CASE("enable links a service without starting it, and disable takes the link away") {
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.complaint({"enable", "web"}) ==
        "Created symlink " + box.path("sv/web") + " → " + box.path("defs/web") + ".\n0");
  CHECK(box.ask({"is-enabled", "web"}) == "enabled\n0");
  CHECK(box.ask({"is-active", "web"}) == "inactive\n3");
  CHECK_FALSE(box.exists("defs/web/down"));
  CHECK(box.complaint({"enable", "web"}) == "0");
  CHECK(box.complaint({"start", "web"}) == "0");
  // What runs goes on.
  CHECK(box.complaint({"disable", "web"}) == "0");
  CHECK(box.ask({"is-active", "web"}) == "active\n0");
  CHECK(box.ask({"is-enabled", "web"}) == "disabled\n1");
  CHECK(box.complaint({"enable", "web"}) == "0");
  CHECK(box.systemctl({"disable", "--now", "web"}).code == 0);
  CHECK_FALSE(box.exists("sv/web"));
  CHECK(box.complaint({"--now", "enable", "web"}) ==
        "Created symlink " + box.path("sv/web") + " → " + box.path("defs/web") + ".\n0");
  CHECK(box.ask({"is-active", "web"}) == "active\n0");
}

TEST_CASE("what sv masks is masked for systemctl, and the other way round") {
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.systemctl({"enable", "--now", "web"}).code == 0);
  CHECK(box.run({"sv", "mask", box.path("defs/web")}).code == 0);
  CHECK(box.ask({"is-enabled", "web"}) == "masked\n1");
  CHECK(box.complaint({"restart", "web"}) ==
        "Failed to restart web.service: Unit web.service is masked.\n1");
  CHECK(box.systemctl({"unmask", "web"}).code == 0);
  CHECK(box.ask({"is-enabled", "web"}) == "enabled\n0");
  CHECK(box.complaint({"mask", "web"}) ==
        "Created symlink " + box.path("etc/web.service") + " → /dev/null.\n0");
  CHECK(box.read("defs/web/down") == "masked\n");
}

TEST_CASE("a masked unit is not started") {
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.systemctl({"enable", "--now", "web"}).code == 0);
  CHECK(box.complaint({"mask", "--now", "web"}) ==
        "Created symlink " + box.path("etc/web.service") + " → /dev/null.\n0");
  CHECK(box.ask({"is-active", "web"}) == "inactive\n3");
  CHECK(box.ask({"is-enabled", "web"}) == "masked\n1");
  CHECK(box.complaint({"start", "web"}) ==
        "Failed to start web.service: Unit web.service is masked.\n1");
  CHECK(box.exists("defs/web/down"));
  CHECK(box.complaint({"unmask", "web"}) == "Removed \"" + box.path("etc/web.service") + "\".\n0");
  CHECK(box.ask({"is-enabled", "web"}) == "enabled\n0");
  CHECK(box.complaint({"start", "web"}) == "0");
  CHECK(box.complaint({"mask", "none"}) ==
        "Unit none.service does not exist, proceeding anyway.\nCreated symlink " +
            box.path("etc/none.service") + " → /dev/null.\n0");
}

TEST_CASE("kill sends a signal to the process or to its group") {
  UnitTree box;
  box.script("defs/web/run", "exec $SERVE up HUP=hup USR1=usr1 USR2=usr2");
  box.begin();
  CHECK(box.systemctl({"start", "web"}).code == 0);
  CHECK(box.event() == "up");
  CHECK(box.complaint({"kill", "-s", "HUP", "web"}) == "0");
  CHECK(box.event() == "hup");
  CHECK(box.complaint({"kill", "--kill-who", "all", "--signal=SIGUSR1", "web"}) == "0");
  CHECK(box.event() == "usr1");
  CHECK(box.complaint({"--kill-whom=main", "--signal=12", "kill", "web"}) == "0");
  CHECK(box.event() == "usr2");
  CHECK(box.complaint({"kill", "-s", "FROB", "web"}) == "Failed to parse signal string FROB.\n1");
}

TEST_CASE("kill sends signals that no command of a supervisor stands for") {
  UnitTree box;
  box.script("defs/web/run",
             "trap 'echo ttin >$EVENTS' TTIN; echo up >$EVENTS; sleep 1000 & wait; wait");
  box.begin();
  CHECK(box.systemctl({"start", "web"}).code == 0);
  CHECK(box.event() == "up");
  CHECK(box.complaint({"kill", "-s", "TTIN", "--kill-whom=main", "web"}) == "0");
  CHECK(box.event() == "ttin");
  CHECK(box.complaint({"kill", "-s", "RTMIN+3", "web"}) == "0");
}

TEST_CASE("what is not known is refused with exit code 1") {
  UnitTree box;
  CHECK(box.complaint({"frob"}) == "Unknown command verb frob.\n1");
  CHECK(box.complaint({"start"}) == "Too few arguments.\n1");
  CHECK(box.complaint({"get-default", "x"}) == "Too many arguments.\n1");
  CHECK(contains(box.complaint({"--frob"}), "systemctl: unrecognized option '--frob'\n"));
  CHECK(box.systemctl({"--frob"}).code == 1);
  CHECK(contains(box.complaint({"-M", "x", "start", "a"}), "not supported"));
  CHECK(box.complaint({"soft-reboot"}) ==
        "Failed to soft-reboot: this is not supported here; see stoker-systemctl(8).\n1");
  CHECK(box.complaint({"set-environment", "A=1"}) ==
        "Failed to set-environment: the environment of a service is in its directory: use chpst "
        "--env-file or -e in its run.\n1");
  CHECK(box.ask({"--root=" + box.path("none"), "is-active", "x"}) == "1");
}

TEST_CASE("the version is that of systemd in the form that scripts compare") {
  UnitTree box;
  const Result result = box.systemctl({"--version", "--quiet"});
  CHECK(result.code == 0);
  CHECK(result.out.starts_with("systemd 252 (stoker "));
}

TEST_CASE("without svscan, nothing can be started, and the system is offline") {
  UnitTree box;
  box.define("web");
  CHECK(box.ask({"is-system-running"}) == "offline\n1");
  CHECK(box.complaint({"start", "web"}) ==
        "Failed to start web.service: it has no supervisor: does svscan watch " + box.path("sv") +
            "?\n1");
  CHECK(box.complaint({"stop", "web"}) == "0");
  CHECK(box.ask({"is-active", "web"}) == "inactive\n3");
}

TEST_CASE("systemctl waits for what a service needs, and fails if that does") {
  UnitTree box;
  box.define("web");
  box.write("defs/web/needs", "db\n");
  box.script("defs/db/start", "exit 1");
  box.begin();
  CHECK(box.systemctl({"enable", "db", "web"}).code == 0);
  CHECK(box.complaint({"start", "web"}) ==
        "A dependency job for web.service failed. See \"systemctl status web.service\" for "
        "details.\n1");
  box.script("defs/db/start", "exit 0");
  CHECK(box.complaint({"start", "db"}) == "0");
  CHECK(box.complaint({"start", "web"}) == "0");
  CHECK(box.systemctl({"list-dependencies", "web"}).out == "web.service\n● └─db.service\n");
}

TEST_CASE("a job may be left alone") {
  UnitTree box;
  box.script("defs/slow/run", "echo begun >$EVENTS; read order <$ORDERS; exec sleep 1000");
  box.script("defs/slow/start", "echo start >$EVENTS; read order <$ORDERS");
  box.begin();
  CHECK(box.complaint({"--no-block", "start", "slow"}) == "0");
  CHECK(box.event() == "start");
  CHECK(box.ask({"is-active", "slow"}) == "activating\n3");
  box.order();
  CHECK(box.event() == "begun");
  box.order();
}

TEST_CASE("who may not reach a supervisor is told so") {
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root, and programs that others can reach");
  UnitTree box;
  box.define("web");
  box.begin();
  CHECK(box.systemctl({"enable", "--now", "web"}).code == 0);
  const auto as_nobody = [&box](const Argv& words) {
    Argv argv{"setpriv",
              "--reuid",
              "65534",
              "--regid",
              "65534",
              "--clear-groups",
              init_directory() + "/systemctl"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Result result = box.run(argv, box.setup);
    return result.out + result.err + std::to_string(result.code);
  };
  CHECK(as_nobody({"stop", "web"}) == "Failed to stop web.service: Access denied\n4");
  CHECK(as_nobody({"restart", "web"}) == "Failed to restart web.service: Access denied\n4");
  CHECK(as_nobody({"is-active", "web"}) == "unknown\n4");
  CHECK(as_nobody({"is-enabled", "web"}) == "enabled\n0");
}

TEST_CASE("with --user, everything is in the directories of the user") {
  UnitTree box;
  box.setup.environment.erase("SVDIR");
  box.setup.environment.erase("SVDEFINITIONS");
  box.setup.environment.erase("SYSTEMD_UNIT_PATH");
  box.setup.environment["XDG_CONFIG_HOME"] = box.path("config");
  box.setup.environment["XDG_DATA_HOME"] = box.path("data");
  box.script("config/sv/web/run", "exec sleep 1000");
  box.directory("config/service");
  const Process scanner = box.start({"svscan", box.path("config/service")}, box.setup);
  box.wait_for([&] { return box.exists("config/service/.svscan/control"); }, "no svscan");
  CHECK(box.systemctl({"--user", "enable", "--now", "web"}).code == 0);
  CHECK(box.ask({"--user", "is-active", "web"}) == "active\n0");
  CHECK(box.exists("config/service/web/run"));
}
