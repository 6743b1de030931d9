// SPDX-License-Identifier: ISC
// sv lint: faults in service directories, found without a supervisor.
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char good_run[] = "#!/bin/sh\nexec sleep 1000\n";

struct Definitions : Sandbox {
  Result lint(Argv words = {}) {
    words.insert(words.begin(), {"sv", "lint"});
    return run(words, {.environment = {{"SVDIR", path("sv")}}});
  }
  // Of one service with this run.
  std::string fault_of(const std::string& body) {
    script("sv/web/run", body);
    return lint({"web"}).out;
  }
};

}  // namespace

TEST_CASE("sv lint says nothing of a sound definition, and exits 0") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.script("sv/web/finish", "exit 0");
  box.script("sv/web/control/t", "exit 0");
  box.script("sv/web/log/run", "exec svlogd .");
  box.write("sv/web/timeout-kill", "20s\n");
  box.write("sv/web/conf", "A=b");
  box.directory("sv/web/log/main");
  const Result result = box.lint({"web"});
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(result.code == 0);
  CHECK(box.lint({"--json", "web"}).out == "[]\n");
  CHECK_FALSE(box.exists("sv/web/supervise"));
}

TEST_CASE("sv lint prints what a supervisor would warn of, and exits 1") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.write("sv/web/kill-timeout", "5s");
  box.write("sv/web/log/kill_timeout", "5s");
  box.script("sv/web/log/run", good_run);
  box.write("sv/web/every", "db");
  box.write("sv/web/timeout-kill", "20");
  box.write("sv/web/restart", "on-fail");
  box.directory("sv/web/max-restarts");
  const Result result = box.lint({"web"});
  CHECK(result.code == 1);
  for (const std::string part :
       {"web: kill-timeout has no effect: did you mean timeout-kill?\n",
        "web: log/kill_timeout has no effect: did you mean timeout-kill?\n",
        "web: every has no effect: the name is reserved for a later version; use another\n",
        "web: 20 in timeout-kill means milliseconds: write 20s for seconds, 20ms otherwise\n",
        "web: invalid value in restart, using the default: \"on-fail\" is not always, never, "
        "on-success, on-failure, on-abnormal, on-abort or on-watchdog\n",
        "web: max-restarts cannot be read: is a directory\n"}) {
    CAPTURE(part);
    CHECK(contains(result.out, part));
  }
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 6);
}

TEST_CASE("sv lint looks whether programs can be executed") {
  Definitions box;
  CHECK(box.fault_of("#!/no/such/sh\n") ==
        "web: run: its interpreter /no/such/sh: file does not exist\n");
  CHECK(box.fault_of("#!/usr/bin/env no-such-shell\n") ==
        "web: run: its interpreter no-such-shell is not in PATH\n");
  CHECK(box.fault_of("#!/usr/bin/env -S no-such-shell -x\n") ==
        "web: run: its interpreter no-such-shell is not in PATH\n");
  CHECK(box.fault_of("#!/usr/bin/env /no/such/sh\n") ==
        "web: run: its interpreter /no/such/sh: file does not exist\n");
  CHECK(box.fault_of("#!/bin\n") == "web: run: its interpreter /bin is not a regular file\n");
  CHECK(box.fault_of("#!/bin/sh\r\nexec x\r\n") ==
        "web: run has lines that end with CR LF: save it with LF alone\n");
  box.write("sv/web/run", "exec x\n");
  CHECK(box.lint({"web"}).out == "web: run does not begin with a line like #!/bin/sh\n");
  box.write("sv/web/run", "");
  CHECK(box.lint({"web"}).out == "web: run is empty\n");
  box.write("sv/web/run", good_run);
  box.mode("sv/web/run", 0644);
  CHECK(box.lint({"web"}).out == "web: run is not executable: chmod +x run\n");
  box.remove("sv/web/run");
  CHECK(box.lint({"web"}).out == "web: run does not exist, and neither does start\n");
  box.link("/no/such/file", "sv/web/run");
  CHECK(box.lint({"web"}).out == "web: run: file does not exist\n");
  box.remove("sv/web/run");
  std::filesystem::copy_file("/bin/sh", box.path("sv/web/run"));
  CHECK(box.lint({"web"}).out.empty());
  box.write("sv/web/finish", good_run);
  box.mode("sv/web/finish", 0644);
  box.script("sv/web/control/t", "#!/no/such/sh\n");
  const std::string both = box.lint({"web"}).out;
  CHECK(contains(both, "web: finish is not executable: chmod +x finish\n"));
  CHECK(contains(both, "web: control/t: its interpreter /no/such/sh: file does not exist\n"));
}

TEST_CASE("sv lint finds a run that goes into the background or does not exec") {
  Definitions box;
  CHECK(box.fault_of("exec web &") ==
        "web: run ends with &: the supervisor would lose the service\n");
  CHECK(box.fault_of("exec sshd") == "web: run goes into the background: sshd needs -D\n");
  CHECK(box.fault_of("web --port 80") ==
        "web: run does not exec web: put exec before it, or signals reach only the shell\n");
  CHECK(box.fault_of("exec web").empty());
}

TEST_CASE("sv lint finds a log without a run, and one that is no logger") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.directory("sv/web/log");
  CHECK(box.lint({"web"}).out == "web: log/run: file does not exist\n");
  box.remove("sv/web/log");
  box.write("sv/web/log", good_run);
  box.mode("sv/web/log", 0644);
  CHECK(box.lint({"web"}).out == "web: log is not executable: chmod +x log\n");
  box.remove("sv/web/log");
  box.link("../nothing", "sv/web/log");
  CHECK(box.lint({"web"}).out == "web: log cannot be opened: file does not exist\n");
}

TEST_CASE("sv lint finds files of a logger that only a service has") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.script("sv/web/log/run", good_run);
  box.script("sv/web/log/control/t", good_run);
  box.write("sv/web/log/timeout-finish", "x");
  box.write("sv/web/log/timeout-ready", "5s");
  const std::string why = " has no effect: it is for services, not for loggers\n";
  const std::string out = box.lint({"web"}).out;
  CHECK(contains(out, "web: log/control" + why));
  CHECK(contains(out, "web: log/timeout-finish" + why));
  CHECK(std::count(out.begin(), out.end(), '\n') == 2);
}

TEST_CASE("sv lint does not take what it may not see for missing") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Definitions box;
  box.script("sv/web/run", good_run);
  box.script("sv/web/log/run", good_run);
  box.script("sv/web/control/t", good_run);
  const auto lint = [&](const std::string& word) {
    const auto be_nobody = [] {
      if (setgid(65534) != 0 || setuid(65534) != 0) _exit(99);
    };
    return box
        .run({"sv", "lint", word},
             {.environment = {{"SVDIR", box.path("sv")}}, .in_child = be_nobody})
        .out;
  };
  for (const unsigned bits : {0700U, 0711U, 0744U}) {
    box.mode("sv/web", bits);
    CHECK(lint("web") == "web: unable to read the directory: access denied\n");
  }
  box.mode("sv/web", 0755);
  box.mode("sv/web/log", 0711);
  box.mode("sv/web/control", 0700);
  const std::string out = lint("web");
  CHECK(contains(out, "web: log cannot be opened: access denied\n"));
  CHECK(contains(out, "web: control cannot be opened: access denied\n"));
  box.mode("sv/web/log", 0744);
  CHECK(contains(lint("web"), "web: log cannot be read: access denied\n"));
}

TEST_CASE("sv lint looks into cgroup") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.write("sv/web/cgroup/memory.max", "512M\n");
  box.write("sv/web/cgroup/required", "");
  box.write("sv/web/cgroup/.note", "");
  CHECK(box.lint({"web"}).out.empty());
  box.write("sv/web/cgroup/memory.high", "80%\n");
  box.write("sv/web/cgroup/mem.max", "1\n");
  box.directory("sv/web/cgroup/pids.max");
  const Result result = box.lint({"web"});
  CHECK(result.code == 1);
  for (const std::string part :
       {"web: invalid value in cgroup/memory.high: \"80%\" is not a size such as 512M, or max\n",
        "web: cgroup/mem.max: there is no controller mem\n",
        "web: cgroup/pids.max cannot be read: is a directory\n"}) {
    CAPTURE(part);
    CHECK(contains(result.out, part));
  }
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 3);
  box.remove("sv/web/cgroup");
  box.write("sv/web/cgroup", "");
  CHECK(box.lint({"web"}).out == "web: cgroup cannot be opened: not a directory\n");
}

TEST_CASE("sv lint finds users and groups that do not exist") {
  Definitions box;
  CHECK(box.fault_of("exec chpst -u no-such-user web") ==
        "web: run names an unknown user: no-such-user\n");
  CHECK(box.fault_of("exec setuidgid no-such-user web") ==
        "web: run names an unknown user: no-such-user\n");
  CHECK(box.fault_of("exec jail --private-tmp setuser no-such-user web") ==
        "web: run names an unknown user: no-such-user\n");
  CHECK(box.fault_of("exec chpst -u root:no-such-group web") ==
        "web: run names an unknown group: no-such-group\n");
  CHECK(box.fault_of("exec chpst -u root web").empty());
}

TEST_CASE("sv lint knows groups and conditions") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.write("sv/all/needs", "web\n");
  CHECK(box.lint({"all"}).out.empty());
  box.write("sv/all/condition", "exit 0\n");
  CHECK(contains(box.lint({"all"}).out, "all: condition is not executable: chmod +x condition\n"));
}

TEST_CASE("sv lint takes all services, names, paths and directories of services") {
  Definitions box;
  box.script("sv/a/run", good_run);
  box.write("sv/a/kill-timeout", "");
  box.script("sv/b/start", "true");
  box.write("sv/b/every", "");
  const std::string a = "kill-timeout has no effect", b = "every has no effect";
  const Result all = box.lint();
  CHECK(contains(all.out, "a: " + a));
  CHECK(contains(all.out, "b: " + b));
  CHECK(all.code == 1);
  CHECK_FALSE(contains(box.lint({"b"}).out, a));
  CHECK(contains(box.lint({box.path("sv/a")}).out, box.path("sv/a") + ": " + a));
  const std::string tree = box.lint({"./sv"}).out;
  CHECK(contains(tree, "./sv/a: " + a));
  CHECK(contains(tree, "./sv/b: " + b));
  const Result none = box.lint({"c"});
  CHECK(none.out == "c: unable to open: file does not exist\n");
  CHECK(none.code == 1);
}

TEST_CASE("sv lint prints JSON") {
  Definitions box;
  box.script("sv/a/run", good_run);
  box.write("sv/a/timeout-kill", "so\ton");
  box.script("sv/b/run", "web &");
  const Result result = box.lint({"--json", "a", "b", "c"});
  CHECK(result.code == 1);
  CHECK(result.out ==
        "[{\"name\":\"a\",\"file\":\"timeout-kill\",\"fault\":\"invalid value in timeout-kill, "
        "using the default: \\\"so\\ton\\\" is not a time such as 20s or 500ms\"},\n"
        "{\"name\":\"b\",\"file\":\"run\",\"fault\":\"run ends with &: the supervisor would lose "
        "the service\"},\n"
        "{\"name\":\"c\",\"file\":null,\"fault\":\"unable to open: file does not exist\"}]\n");
}

TEST_CASE("sv lint has nothing against the examples") {
  Sandbox box;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("examples")) {
    const auto directory = entry.path().parent_path();
    if (entry.path().filename() != "run" || directory.filename() == "log") continue;
    // What others' programs read.
    if (contains(directory.string(), "before")) continue;
    const Result result = box.run({"sv", "lint", std::filesystem::absolute(directory)});
    std::string faults;
    // This machine may lack their users and interpreters.
    for (size_t at = 0, end = 0; at < result.out.size(); at = end + 1) {
      end = result.out.find('\n', at);
      const std::string line = result.out.substr(at, end - at);
      if (!contains(line, "unknown user") && !contains(line, "interpreter")) faults += line + "\n";
    }
    CHECK(faults.empty());
  }
}

TEST_CASE("sv lint finds names of services that do not exist, and cycles") {
  Definitions box;
  for (const char* const name : {"web", "db", "cache"})
    box.script("sv/" + std::string(name) + "/run", good_run);
  box.write("sv/web/needs", "db\nghost\n");
  box.write("sv/web/wants", "cahce\n");
  box.write("sv/db/after", "cache\n");
  box.write("sv/cache/binds", "web\n");
  const Result result = box.lint();
  CHECK(result.code == 1);
  CHECK(contains(result.out, "web: needs names ghost, which does not exist\n"));
  CHECK(
      contains(result.out, "web: wants names cahce, which does not exist: did you mean cache?\n"));
  // The first that is looked at names it, and no other.
  CHECK(contains(result.out,
                 "cache: binds forms a cycle: cache is bound to web needs db comes after cache\n"));
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 3);
  CHECK(contains(box.lint({"db"}).out,
                 "db: after forms a cycle: db comes after cache is bound to web"));
  CHECK(contains(box.lint({"./sv"}).out, "./sv/cache: binds forms a cycle: "));
  const std::string json = box.lint({"--json", "db"}).out;
  CHECK(contains(json, "[{\"name\":\"db\",\"file\":\"after\",\"fault\":\"after forms a cycle: "));
}

TEST_CASE("sv lint finds lines that name no service") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.write("sv/web/needs", "web\n../db\n/etc/sv/db\ndb/log\n# a remark\n\n  \n");
  const std::string out = box.lint({"web"}).out;
  CHECK(contains(out, "web: needs: ignoring \"web\": it is the service itself\n"));
  CHECK(contains(out, "web: needs: ignoring \"../db\": "));
  CHECK(contains(
      out, "web: needs: ignoring \"/etc/sv/db\": it is a path, and not the name of a service\n"));
  CHECK(
      contains(out, "web: needs: ignoring \"db/log\": a logger comes and goes with its service\n"));
  CHECK(std::count(out.begin(), out.end(), '\n') == 4);
}

TEST_CASE("a group has nothing to run, and that is no fault") {
  Definitions box;
  box.script("sv/web/run", good_run);
  box.write("sv/multi/wants", "web\n");
  CHECK(box.lint().out.empty());
  box.remove("sv/multi/wants");
  box.write("sv/multi/after", "web\n");
  CHECK(box.lint().out == "multi: run does not exist, and neither does start\n");
}
