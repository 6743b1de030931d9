// SPDX-License-Identifier: ISC
// The control groups of a tree: where svscan and its services are, and that nothing is left of
// them.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "groups.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string link_of(const Sandbox& box, const std::string& service) {
  std::error_code error;
  return std::filesystem::read_symlink(box.path(service + "/supervise/cgroup"), error);
}

std::string parent_of(const std::string& path) { return std::filesystem::path(path).parent_path(); }

std::string service(const std::string& name) {
  return "exec $SERVE '" + name + " up' 'TERM=" + name + " down!0'";
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("with --cgroup each service has a group, and svscan shares one with the supervisors") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  box.script("scan/b/run", service("b"));
  box.script("scan/b/log/run", "exec cat");
  const Process svscan = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.events(2) == Words{"a up", "b up"});
  const StatusFile a = box.await(State::ready, "scan/a"), b = box.await(State::ready, "scan/b");
  const std::string tree = parent_of(link_of(box, "scan/a"));
  CHECK(parent_of(tree) == groups.path());
  CHECK(group_of(a.main.pid) == tree + "/a.svc");
  CHECK(group_of(b.main.pid) == tree + "/b.svc");
  for (const pid_t pid : {svscan.pid(), a.supervisor, b.supervisor, b.log.pid})
    CHECK(group_of(pid) == tree + "/supervisors");
  CHECK(members_of_group(groups.path()).size() == 6);
  svscan.signal(SIGTERM);
  CHECK(box.events(2) == Words{"a down", "b down"});
  CHECK(svscan.wait() == 0);
  CHECK(svscan.err() == "");
  CHECK(groups.below().empty());
}

TEST_CASE("without --cgroup only a service that wants a group has one") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  box.script("scan/b/run", service("b"));
  box.directory("scan/b/cgroup");
  const Process svscan = box.start({"svscan", "scan"}, groups.inside());
  CHECK(box.events(2) == Words{"a up", "b up"});
  const StatusFile a = box.await(State::ready, "scan/a"), b = box.await(State::ready, "scan/b");
  CHECK(!a.has_group);
  CHECK(group_of(a.main.pid) == groups.path());
  CHECK(group_of(b.main.pid) == link_of(box, "scan/b"));
  CHECK(group_of(svscan.pid()) == groups.path());
  svscan.signal(SIGTERM);
  CHECK(box.events(2) == Words{"a down", "b down"});
  CHECK(svscan.wait() == 0);
  CHECK(svscan.err() == "");
  CHECK(groups.below().empty());
}

TEST_CASE("two trees in one group do not share groups, though their services have one name") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  const std::string option = GENERATE("--cgroup", "-c9");
  std::vector<Process> trees;
  for (const std::string tree : {"one", "two"}) {
    box.script(tree + "/web/run", service(tree));
    box.directory(tree + "/web/cgroup");
    trees.push_back(box.start({"svscan", option, tree}, groups.inside()));
    CHECK(box.event() == tree + " up");
    box.await(State::ready, tree + "/web");
  }
  CHECK(link_of(box, "one/web") != link_of(box, "two/web"));
  for (const std::string tree : {"one", "two"})
    CHECK(members_of_group(link_of(box, tree + "/web")).size() == 1);
  trees[0].signal(SIGTERM);
  CHECK(box.event() == "one down");
  CHECK(trees[0].wait() == 0);
  CHECK(members_of_group(link_of(box, "two/web")).size() == 1);
  trees[1].signal(SIGTERM);
  CHECK(box.event() == "two down");
  CHECK(trees[1].wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("--cgroup=PATH names the group of the tree") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  const std::string path = groups.path() + "/mine";
  const Process svscan = box.start({"svscan", "--cgroup=" + path + "/", "scan"}, groups.inside());
  CHECK(box.event() == "a up");
  const StatusFile status = box.await(State::ready, "scan/a");
  CHECK(group_of(status.main.pid) == path + "/a.svc");
  CHECK(group_of(svscan.pid()) == path + "/supervisors");
  svscan.signal(SIGTERM);
  CHECK(box.event() == "a down");
  CHECK(svscan.wait() == 0);
  CHECK(svscan.err() == "");
  CHECK(groups.below().empty());
}

TEST_CASE("a relative path of --cgroup is misuse") {
  Sandbox box;
  const Result result = box.run({"svscan", "--cgroup=mine", "scan"});
  CHECK(result.code == 100);
  CHECK(contains(result.err, "bad value for --cgroup: mine is no absolute path"));
}

TEST_CASE("a svscan that takes over keeps the groups, and removes them at the end") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  const Process first = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.event() == "a up");
  const StatusFile before = box.await(State::ready, "scan/a");
  const std::string group = link_of(box, "scan/a");
  first.signal(SIGKILL);
  first.wait();
  box.script("scan/b/run", service("b"));
  const Process second = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.event() == "b up");
  CHECK(box.status("scan/a").main.pid == before.main.pid);
  box.await(State::ready, "scan/b");
  CHECK(parent_of(link_of(box, "scan/b")) == parent_of(group));
  second.signal(SIGTERM);
  CHECK(box.events(2) == Words{"a down", "b down"});
  CHECK(second.wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("a svscan without --cgroup that takes over removes the groups at the end") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  box.directory("scan/a/cgroup");
  // It moves itself, as one without --cgroup is moved where a service has a limit.
  const Process first = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.event() == "a up");
  box.await(State::ready, "scan/a");
  first.signal(SIGKILL);
  first.wait();
  const Process second = box.start({"svscan", "scan"}, groups.inside());
  box.script("scan/b/run", service("b"));
  CHECK(box.event() == "b up");
  box.await(State::ready, "scan/b");
  second.signal(SIGTERM);
  CHECK(box.events(2) == Words{"a down", "b down"});
  CHECK(second.wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("the last supervisor removes the groups of a svscan that was killed") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  // So many that some leave at the same time.
  const Words names = {"a", "b", "c", "d", "e", "f", "g", "h"};
  Words up, down;
  for (const std::string& name : names) {
    box.script("scan/" + name + "/run", service(name));
    up.push_back(name + " up");
    down.push_back(name + " down");
  }
  const Process svscan = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.events(names.size()) == up);
  std::vector<pid_t> supervisors;
  for (const std::string& name : names)
    supervisors.push_back(box.await(State::ready, "scan/" + name).supervisor);
  svscan.signal(SIGKILL);
  svscan.wait();
  std::optional<Process> second;
  SECTION("they leave by command") {
    for (const std::string& name : names) box.control("dx", "scan/" + name);
  }
  SECTION("they were killed, too, and a svscan without --cgroup starts others") {
    for (const pid_t pid : supervisors) kill(pid, SIGKILL);
    second.emplace(box.start({"svscan", "scan"}, groups.inside()));
    for (const std::string& name : names)
      box.await([](const StatusFile& now) { return now.takeovers == 1; }, "a takeover",
                "scan/" + name);
    second->signal(SIGTERM);
  }
  CHECK(box.events(names.size()) == down);
  box.wait_for([&] { return groups.below().empty(); }, "groups are left");
}

TEST_CASE("an upgrade of svscan keeps the groups") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  const Process svscan = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.event() == "a up");
  box.await(State::ready, "scan/a");
  const std::string before = contents_of_memory(svscan.pid());
  box.write("letter", "R");
  REQUIRE(box.run({"sh", "-c", "cat letter >scan/.svscan/control"}).code == 0);
  box.wait_for([&] { return contents_of_memory(svscan.pid()) != before; }, "a new program");
  box.script("scan/b/run", service("b"));
  CHECK(box.event() == "b up");
  box.await(State::ready, "scan/b");
  CHECK(parent_of(link_of(box, "scan/b")) == parent_of(link_of(box, "scan/a")));
  svscan.signal(SIGTERM);
  CHECK(box.events(2) == Words{"a down", "b down"});
  CHECK(svscan.wait() == 0);
  CHECK(svscan.err() == "");
  CHECK(groups.below().empty());
}

TEST_CASE("names of 255 bytes that differ in the last one have groups of their own") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  const std::string one(255, 'x'), other = one.substr(1) + "y";
  for (const std::string& name : {one, other}) box.script("scan/" + name + "/run", service("x"));
  const Process svscan = box.start({"svscan", "--cgroup", "scan"}, groups.inside());
  CHECK(box.events(2) == Words{"x up", "x up"});
  for (const std::string& name : {one, other}) box.await(State::ready, "scan/" + name);
  CHECK(link_of(box, "scan/" + one) != link_of(box, "scan/" + other));
  svscan.signal(SIGTERM);
  CHECK(svscan.wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("a tree below a service of another has its groups below that one's") {
  if (!can_group()) SKIP("needs control groups");
  Sandbox box;
  const Groups groups(box);
  box.script("outer/tree/run", "exec svscan --cgroup $BOX/inner");
  box.script("inner/a/run", service("a"));
  const Process svscan = box.start({"svscan", "--cgroup", "outer"}, groups.inside());
  CHECK(box.event() == "a up");
  box.await(State::ready, "inner/a");
  const std::string outer = link_of(box, "outer/tree"), inner = link_of(box, "inner/a");
  CHECK(inner.substr(0, outer.size() + 1) == outer + "/");
  svscan.signal(SIGTERM);
  CHECK(box.event() == "a down");
  CHECK(svscan.wait() == 0);
  CHECK(groups.below().empty());
}

TEST_CASE("a hierarchy that cannot be written is warned of once, and services start") {
  if (!can_group() || !can_unshare()) SKIP("needs control groups and namespaces");
  Sandbox box;
  const Groups groups(box);
  box.script("scan/a/run", service("a"));
  box.script("scan/b/run", service("b"));
  const std::string shell = "set -e; mount --bind '" + groups.path() + "' '" + groups.path() +
                            "' && mount -o remount,bind,ro '" + groups.path() + "'; cd '" +
                            groups.path() + "'; cd \"$1\"; exec svscan --cgroup='" + groups.path() +
                            "/mine' scan";
  const Process svscan = box.start({"unshare", "-m", "sh", "-c", shell, "sh", box.path()});
  CHECK(box.events(2) == Words{"a up", "b up"});
  CHECK(svscan.err() == "svscan: warning: unable to make control groups in " + groups.path() +
                            "/mine: read-only file system; mount the cgroup2 file system writable; "
                            "services start without them\n");
  CHECK(!box.await(State::ready, "scan/a").has_group);
  svscan.signal(SIGTERM);
  CHECK(box.events(2) == Words{"a down", "b down"});
  CHECK(svscan.wait() == 0);
}
