// SPDX-License-Identifier: ISC
#include "service/lint.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string of_name(const std::string& name, const char* label = "") {
  return std::string(fault_of_name(label, name).view());
}

std::string of_value(const char* name, std::string_view text) {
  return std::string(
      fault_of_value("", name, service_file_names[index_of_service_file(name)].kind, text).view());
}

std::string meant(const std::string& name, const std::string& by) {
  return name + " has no effect: did you mean " + by + "?";
}

}  // namespace

TEST_CASE("what only a service has is named where it is a logger's") {
  for (const std::string name :
       {"timeout-finish", "timeout-control", "max-death-tally", "keep-group", "essential", "finish",
        "check", "start", "stop", "notify", "control", "log", "notification-socket", "watchdog",
        "pid-file", "guess-main", "notify-reload", "after-start"}) {
    CHECK(of_name(name, "log/") ==
          "log/" + name + " has no effect: it is for services, not for loggers");
    CHECK(of_name(name).empty());
  }
  for (const std::string name :
       {"down", "restart", "restart-delay", "max-restarts", "down-signal", "timeout-kill",
        "notification-fd", "timeout-ready", "reload-signal", "minimum-uptime", "no-setsid", "run",
        "type", "event", "finsih", "main"})
    CHECK(of_name(name, "log/").empty());
}

TEST_CASE("a misspelt setting is found, and the right name suggested") {
  const std::pair<const char*, const char*> names[] = {{"kill-timeout", "timeout-kill"},
                                                       {"timeout_kill", "timeout-kill"},
                                                       {"timeout-kil", "timeout-kill"},
                                                       {"timeoutkill", "timeout-kill"},
                                                       {"TIMEOUT-KILL", "timeout-kill"},
                                                       {"timeout.kill", "timeout-kill"},
                                                       {"tiemout-kill", "timeout-kill"},
                                                       {"time-out-kill", "timeout-kill"},
                                                       {"finish_timeout", "timeout-finish"},
                                                       {"ready-timeout", "timeout-ready"},
                                                       {"timeouts-ready", "timeout-ready"},
                                                       {"signal-down", "down-signal"},
                                                       {"downsignal", "down-signal"},
                                                       {"reload_signal", "reload-signal"},
                                                       {"notification_fd", "notification-fd"},
                                                       {"notificaton-fd", "notification-fd"},
                                                       {"restart_delay", "restart-delay"},
                                                       {"delay-restart", "restart-delay"},
                                                       {"max-restart", "max-restarts"},
                                                       {"max_restarts", "max-restarts"},
                                                       {"restarts-max", "max-restarts"},
                                                       {"keep-groups", "keep-group"},
                                                       {"nosetsid", "no-setsid"},
                                                       {"esential", "essential"},
                                                       {"Essential", "essential"},
                                                       {"finsih", "finish"},
                                                       {"Finish", "finish"},
                                                       {"restrat", "restart"},
                                                       {"Run", "run"},
                                                       {"rnu", "run"},
                                                       {"chekc", "check"},
                                                       {"strat", "start"},
                                                       {"contol", "control"},
                                                       {"notfiy", "notify"},
                                                       {"max-death-taly", "max-death-tally"}};
  for (const auto& [name, right] : names) {
    CAPTURE(name);
    CHECK(of_name(name) == meant(name, right));
  }
  CHECK(of_name("kill-timeout", "log/") ==
        "log/kill-timeout has no effect: did you mean timeout-kill?");
}

TEST_CASE("the words of other suites are explained") {
  CHECK(of_name("timeout-stop") == meant("timeout-stop", "timeout-kill"));
  CHECK(of_name("stop-signal") == meant("stop-signal", "down-signal"));
  CHECK(of_name("timeout-up") == "timeout-up has no effect: it is of s6-rc; use timeout-ready");
  for (const char* const name : {"dependencies", "dependencies.d", "flag-newpidns", "lock-fd"})
    CHECK(of_name(name).find(" has no effect: ") != std::string::npos);
}

TEST_CASE("reserved names are faults, and their likes are not") {
  CHECK(of_name("every") ==
        "every has no effect: the name is reserved for a later version; use another");
  for (const char* const name : {"listener", "cgroups", "very", "evry"})
    CHECK(of_name(name).empty());
}

TEST_CASE("other words for the order among services are explained, and have no effect in log") {
  CHECK(of_name("need") == meant("need", "needs"));
  CHECK(of_name("requires") == meant("requires", "needs"));
  CHECK(of_name("want") == "");
  CHECK(of_name("partof") == meant("partof", "part-of"));
  CHECK(of_name("conflict") == meant("conflict", "conflicts"));
  CHECK(of_name("before") == "before has no effect: name this service in after of the other one");
  CHECK(of_name("dependencies.d") == "dependencies.d has no effect: it is of s6-rc; use needs");
  CHECK(of_name("needs", "log/") == "log/needs has no effect: a logger waits for no other service");
}

TEST_CASE("names that mean something are no faults") {
  for (const FileName& file : service_file_names)
    if (file.kind != FileKind::reserved) CHECK(of_name(file.name).empty());
}

TEST_CASE("what belongs to the service is no fault") {
  const char* const name =
      GENERATE("conf", "README", "README.md", "env", "data", "root", "supervise", ".meta", "run.sh",
               "run.old", "run~", "run.bak", "run-real", "#run#", ".run.swp", "_down", "down.off",
               "down-", "no-down", "finish.sh", "log.d", "logs", "logger", "stat", "stats", "state",
               "starts", "star", "types", "events", "checks", "controls", "restarts", "stops",
               "step", "notes", "notifications", "notification", "config", "current", "lock", "pid",
               "ok", "main", "hosts", "servers", "ip", "seed", "ignoreip", "timeout", "signal",
               "down-since", "start-stop", "restart-now", "max", "init", "default-syslog", "svlogd",
               "bin", "tcp.cdb", "rules", "Makefile", "essentials", "timeout-kill.bak",
               "timeout-kill~", "-", "", "x", "ru", "ran", "rum", "post", "spot");
  CAPTURE(name);
  CHECK(of_name(name).empty());
}

TEST_CASE("a value that a file cannot hold is a fault that says what it can hold") {
  CHECK(of_value("timeout-kill", "soon\n") ==
        "invalid value in timeout-kill, using the default: \"soon\" is not a time such as 20s or "
        "500ms");
  CHECK(of_value("restart", "on-fail") ==
        "invalid value in restart, using the default: \"on-fail\" is not always, never, "
        "on-success, on-failure, on-abnormal, on-abort or on-watchdog");
  CHECK(of_value("success-exit", "3 x") ==
        "invalid value in success-exit, using the default: \"3 x\" is not exit codes and names of "
        "signals, such as 3 USR1");
  CHECK(of_value("runtime-max", "x").find("is not a time such as 1h or 1h jitter 10%") !=
        std::string::npos);
  CHECK(of_value("kill-mode", "none").find("is not group, process, mixed or control-group") !=
        std::string::npos);
  CHECK(of_value("kill-mode", "control-group\n").empty());
  CHECK(of_value("oom-policy", "restart") ==
        "invalid value in oom-policy, using the default: \"restart\" is not continue, stop or "
        "kill");
  CHECK(of_value("restart-delay", "10s 1s") ==
        "invalid value in restart-delay, using the default: \"10s 1s\" is not a time, or a shorter "
        "and a longer one, such as 100ms 10s");
  CHECK(of_value("max-restarts", "").find("\"\" is not a number and a time") != std::string::npos);
  CHECK(of_value("down-signal", std::string(1000, 'x')).size() < 160);
  for (const FileName& file : service_file_names)
    if (file.kind < FileKind::marker) CHECK_FALSE(of_value(file.name, "bogus value").empty());
}

TEST_CASE("milliseconds without a unit are a fault below a second") {
  CHECK(of_value("timeout-kill", "20\n") ==
        "20 in timeout-kill means milliseconds: write 20s for seconds, 20ms otherwise");
  CHECK(of_value("restart-delay", "0 5") ==
        "5 in restart-delay means milliseconds: write 5s for seconds, 5ms otherwise");
  for (const char* const good : {"20s", "20ms", "20000", "0", "infinity"})
    CHECK(of_value("timeout-kill", good).empty());
  CHECK(of_value("max-restarts", "5 10").empty());
}

TEST_CASE("files without a value may hold anything") {
  for (const char* const name : {"down", "run", "essential", "needs"})
    CHECK(of_value(name, "anything").empty());
}
