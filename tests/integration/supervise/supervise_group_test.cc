// SPDX-License-Identifier: ISC
// A service in a control group of its own: what runs in it, what is left of it, and what it costs
// when there can be none.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "groups.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Two of them in sessions of their own, of which the second one does not end on TERM.
constexpr char daemons[] =
    "setsid -f $SERVE one TERM=one-term!0\n"
    "setsid -f setsid -f $SERVE two TERM=two-term\n"
    "exec $SERVE run TERM=run-term!0\n";

std::string link_of(Sandbox& box, const std::string& service) {
  std::error_code error;
  return std::filesystem::read_symlink(box.path(service + "/supervise/cgroup"), error);
}

}  // namespace

TEST_CASE("with an empty directory cgroup, run is born in a group of its own") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run", obedient);
  box.directory("web/cgroup");
  const Process supervisor = box.supervise("web", groups.inside());
  CHECK(box.event().substr(0, 3) == "up ");
  const StatusFile status = box.await(State::ready, "web");
  CHECK(status.has_group);
  const std::string group = link_of(box, "web");
  CHECK(group_of(status.main.pid) == group);
  CHECK(std::filesystem::path(group).filename() == "web.svc");
  CHECK(group_of(supervisor.pid()) == groups.path());
  CHECK(members_of_group(group) == std::vector<pid_t>{status.main.pid});
  box.control("dx", "web");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
  CHECK(groups.below().empty());
  CHECK(link_of(box, "web").empty());
}

TEST_CASE("a service without cgroup has no group and no link to one") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run", obedient);
  const Process supervisor = box.supervise("web", groups.inside());
  box.event();
  const StatusFile status = box.await(State::ready, "web");
  CHECK(!status.has_group);
  CHECK(group_of(status.main.pid) == groups.path());
  CHECK(groups.below().empty());
  CHECK(
      !std::filesystem::exists(std::filesystem::symlink_status(box.path("web/supervise/cgroup"))));
}

TEST_CASE("daemons that leave their session are ended with the service") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run", daemons);
  box.directory("web/cgroup");
  box.write("web/timeout-kill", "100");
  const Process supervisor = box.supervise("web", groups.inside());
  box.events(3);
  box.await(State::ready, "web");
  const std::string group = link_of(box, "web");
  CHECK(members_of_group(group).size() == 3);
  box.control("d", "web");
  box.await(State::down, "web");
  CHECK(!std::filesystem::exists(group));
  const std::string err = supervisor.err();
  CHECK(contains(err, "warning: run has left processes behind, sending TERM: "));
  CHECK(contains(err, "warning: processes of run did not end, sending KILL: "));
}

TEST_CASE("a restart waits until nothing of the last run is left in its group") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run",
             "test -e $BOX/again && exec $SERVE again TERM=!0\ntouch $BOX/again\n"
             "setsid -f setsid -f $SERVE stray TERM=stray-term\n"
             "read o <$ORDERS; exit 1");
  box.directory("web/cgroup");
  box.write("web/timeout-kill", "20s");
  box.write("web/restart-delay", "1");
  const Process supervisor = box.supervise("web", groups.inside());
  CHECK(box.event() == "stray");
  box.order();
  CHECK(box.event() == "stray-term");
  // Only KILL ends it.
  CHECK(box.event() == "again");
  CHECK(members_of_group(link_of(box, "web")).size() == 1);
}

TEST_CASE("a service that does not stop is killed with all that it has forked") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run",
             "setsid -f setsid -f $SERVE stray TERM=stray-term\n"
             "exec $SERVE run TERM=run-term");
  box.directory("web/cgroup");
  box.write("web/timeout-kill", "50");
  const Process supervisor = box.supervise("web", groups.inside());
  box.events(2);
  const std::string group = link_of(box, "web");
  box.control("d", "web");
  CHECK(box.event() == "run-term");
  box.await(State::down, "web");
  CHECK(!std::filesystem::exists(group));
}

TEST_CASE("keep-group leaves what run has left in its group") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run",
             "setsid -f setsid -f $SERVE stray TERM=stray-term\n"
             "exec $SERVE run TERM=!0");
  box.directory("web/cgroup");
  box.write("web/keep-group", "");
  const Process supervisor = box.supervise("web", groups.inside());
  box.events(2);
  box.await(State::ready, "web");
  box.control("d", "web");
  box.await(State::down, "web");
  CHECK(groups.below().size() == 2);
  box.control("u", "web");
  CHECK(box.events(2) == std::vector<std::string>{"run", "stray"});
  box.await(State::ready, "web");
  CHECK(members_of_group(link_of(box, "web")).size() == 3);
  CHECK(supervisor.err() == "");
}

TEST_CASE("kill-mode decides what of the group is killed") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  const std::string mode = GENERATE("process", "mixed", "control-group");
  box.script("web/run",
             "setsid -f setsid -f $SERVE stray TERM=stray-term!0\n"
             "exec $SERVE run TERM=run-term!0");
  box.directory("web/cgroup");
  box.write("web/kill-mode", mode);
  const Process supervisor = box.supervise("web", groups.inside());
  box.events(2);
  box.await(State::ready, "web");
  const std::string group = link_of(box, "web");
  box.control("d", "web");
  CHECK(box.event() == "run-term");
  if (mode == "control-group") CHECK(box.event() == "stray-term");
  box.await(State::down, "web");
  CHECK(std::filesystem::exists(group) == (mode == "process"));
}

TEST_CASE("the group is paused as a whole, and a stop continues it") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run",
             "setsid -f setsid -f $SERVE stray USR1=stray-user TERM=!0\n"
             "exec $SERVE run USR1=run-user TERM=run-term!0");
  box.directory("web/cgroup");
  const Process supervisor = box.supervise("web", groups.inside());
  box.events(2);
  box.await(State::ready, "web");
  const std::string group = link_of(box, "web");
  box.control("P", "web");
  box.await([](const StatusFile& status) { return status.main.paused; }, "paused", "web");
  box.wait_for(
      [&] {
        return contains(box.run({"cat", group + "/cgroup.events"}).out, "frozen 1");
      },
      "frozen");
  box.control("C", "web");
  box.await([](const StatusFile& status) { return !status.main.paused; }, "continued", "web");
  for (const pid_t pid : members_of_group(group)) kill(pid, SIGUSR1);
  CHECK(box.events(2) == std::vector<std::string>{"run-user", "stray-user"});
  box.control("P", "web");
  box.control("d", "web");
  CHECK(box.event() == "run-term");
  box.await(State::down, "web");
}

TEST_CASE("a supervisor that takes over finds the group, and ends all that is in it") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  const bool without_link = GENERATE(false, true);
  box.script("web/run",
             "setsid -f setsid -f $SERVE stray TERM=stray-term!0\n"
             "exec $SERVE run TERM=run-term!0");
  box.directory("web/cgroup");
  const Process first = box.supervise("web", groups.inside());
  box.events(2);
  box.await(State::ready, "web");
  const std::string group = link_of(box, "web");
  first.signal(SIGKILL);
  first.wait();
  if (without_link) box.remove("web/supervise/cgroup");
  const Process second = box.supervise("web", groups.inside());
  box.await(State::ready, "web");
  CHECK(link_of(box, "web") == group);
  CHECK(box.status("web").has_group);
  box.control("dx", "web");
  CHECK(box.events(2) == std::vector<std::string>{"run-term", "stray-term"});
  CHECK(second.wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("what a run has left in its group is found after the supervisor was killed") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run",
             "setsid -f setsid -f $SERVE stray TERM=stray-term\n"
             "read o <$ORDERS");
  box.directory("web/cgroup");
  box.write("web/restart", "never");
  const Process first = box.supervise("web", groups.inside());
  CHECK(box.event() == "stray");
  const std::string group = link_of(box, "web");
  box.order();
  CHECK(box.event() == "stray-term");
  box.await(State::waiting, "web");
  first.signal(SIGKILL);
  first.wait();
  const Process second = box.supervise("web", groups.inside());
  box.await(State::down, "web");
  CHECK(!std::filesystem::exists(group));
}

TEST_CASE("an upgrade keeps the group") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run", obedient);
  box.directory("web/cgroup");
  const Process supervisor = box.supervise("web", groups.inside());
  box.event();
  box.await(State::ready, "web");
  const std::string group = link_of(box, "web");
  box.control("R", "web");
  const StatusFile after =
      box.await([](const StatusFile& status) { return status.upgrades == 1; }, "upgraded", "web");
  CHECK(after.has_group);
  CHECK(group_of(after.main.pid) == group);
  box.control("dx", "web");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("finish and the logger run outside of the group") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("web/run", obedient);
  box.script("web/finish", "grep ^0:: /proc/self/cgroup >$BOX/finish; echo finish >$EVENTS");
  box.script("web/log/run", "exec cat");
  box.directory("web/cgroup");
  const Process supervisor = box.supervise("web", groups.inside());
  box.event();
  box.await(State::ready, "web");
  CHECK(group_of(box.status("web").log.pid) == groups.path());
  box.control("d", "web");
  CHECK(box.event() == "term");
  CHECK(box.event() == "finish");
  CHECK(!contains(box.read("finish"), "web.svc"));
}
