// SPDX-License-Identifier: ISC
// A control group that cannot be had, or a limit: one warning, or the service does not run.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/control_group.hh"
#include "groups.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char warning[] = "supervise web: warning: ";
constexpr char run[] = "exec $SERVE up TERM=!0";

// A service in a directory; the supervisor runs in the group, and with a shell's preparation.
struct Web {
  Web() { box.script("web/run", run); }
  Process supervise(const std::string& before) {
    Process process = box.start(
        {"unshare", "-m", "sh", "-c", before + "\ncd \"$1\"; exec supervise web", "sh", box.path()},
        groups.inside());
    box.await_supervisor("web");
    return process;
  }
  // It is tried again each second, and said once.
  void check_refused(const Process& process, const std::string& reason) {
    const StatusFile status = box.await(State::backoff, "web");
    CHECK(status.main_status.reason == Reason::no_group);
    CHECK(contains(box.run({"sv", "status", "./web"}).out, "backoff: no control group: " + reason));
    box.await(
        [&](const StatusFile& now) {
          return now.main_status.state == State::backoff && now.main.since != status.main.since;
        },
        "tried again", "web");
    const std::string err = process.err();
    CHECK(std::count(err.begin(), err.end(), '\n') == 1);
    for (const std::string& group : groups.below()) CHECK(!contains(group, ".svc"));
  }
  Sandbox box;
  Groups groups{box};
};

bool offers(const std::string& group, const std::string& controller) {
  const Fd directory = open_directory(AT_FDCWD, group.c_str());
  const auto text = directory ? read_group_file(directory.get(), group_file::controllers)
                              : std::optional<GroupText>();
  return text && contains(text->view(), controller);
}

}  // namespace

TEST_CASE("a limit without a controller is warned of once, and the service runs in its group") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  if (offers(web.groups.path(), "memory")) SKIP("the machine has the controller");
  web.box.write("web/cgroup/memory.max", "4M\n");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  for (int round = 0; round < 3; ++round) {
    CHECK(web.box.event() == "up");
    CHECK(web.box.await(State::ready, "web").has_group);
    web.box.control("t", "web");
  }
  CHECK(supervisor.err() ==
        std::string(warning) +
            "unable to set cgroup/memory.max: the controller is not available; have it enabled in "
            "cgroup.subtree_control of the groups above\n");
}

TEST_CASE("with cgroup/required a limit without a controller keeps the service from running") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  if (offers(web.groups.path(), "memory")) SKIP("the machine has the controller");
  web.box.write("web/cgroup/memory.max", "4M\n");
  web.box.write("web/cgroup/required", "");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  web.check_refused(supervisor, "the controller is not available");
}

TEST_CASE("a value that the kernel refuses is warned of with its file") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  web.box.write("web/cgroup/cgroup.max.depth", "deep\n");
  web.box.write("web/cgroup/cgroup.max.descendants", "3\n");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  CHECK(web.box.event() == "up");
  web.box.await(State::ready, "web");
  CHECK(supervisor.err() ==
        std::string(warning) + "unable to set cgroup/cgroup.max.depth: invalid argument\n");
  CHECK(web.box.run({"cat", "web/supervise/cgroup/cgroup.max.descendants"}).out == "3\n");
}

TEST_CASE("files that would move or kill processes, and others, are no settings of a group") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  web.box.write("web/cgroup/cgroup.procs", "1\n");
  web.box.write("web/cgroup/memory", "4M\n");
  web.box.write("web/cgroup/.hidden", "");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  CHECK(web.box.event() == "up");
  web.box.await(State::ready, "web");
  for (const std::string name : {"cgroup.procs", "memory"})
    CHECK(contains(supervisor.err(), warning + ("unable to use cgroup/" + name) +
                                         ": that is no setting of a group\n"));
  const std::string err = supervisor.err();
  CHECK(std::count(err.begin(), err.end(), '\n') == 2);
}

TEST_CASE("a file in place of the directory is warned of") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  web.box.write("web/cgroup", "memory.max 4M\n");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  CHECK(web.box.event() == "up");
  web.box.await(State::ready, "web");
  CHECK(supervisor.err() == std::string(warning) + "unable to read cgroup: not a directory\n");
}

TEST_CASE("a hierarchy that cannot be written is warned of, or keeps the service from running") {
  if (!can_group() || !can_unshare()) SKIP("needs control groups and namespaces");
  Web web;
  const std::string group = web.groups.path();
  web.box.directory("web/cgroup");
  const bool required = GENERATE(false, true);
  if (required) web.box.write("web/cgroup/required", "");
  const Process process = web.supervise("mount --bind '" + group + "' '" + group +
                                        "'; mount -o remount,bind,ro '" + group + "'");
  if (required) return web.check_refused(process, "read-only file system");
  CHECK(web.box.event() == "up");
  CHECK(!web.box.await(State::ready, "web").has_group);
  CHECK(
      contains(process.err(), std::string(warning) + "unable to make the control group " + group));
  CHECK(contains(process.err(),
                 "/web.svc: read-only file system; mount the cgroup2 file system "
                 "writable; run starts without it\n"));
}

TEST_CASE("without a hierarchy of version 2 the warning says so") {
  if (!can_group() || !can_unshare()) SKIP("needs control groups and namespaces");
  Web web;
  web.box.directory("web/cgroup");
  const Process process =
      web.supervise("grep cgroup2 /proc/self/mounts | cut -d' ' -f2 | tac | xargs -n1 umount -l");
  CHECK(web.box.event() == "up");
  CHECK(!web.box.await(State::ready, "web").has_group);
  CHECK(process.err() ==
        std::string(warning) +
            "unable to find the control group of this process: no cgroup2 file system is mounted; "
            "mount one, as on /sys/fs/cgroup; run starts without it\n");
}

TEST_CASE("in a threaded group the service starts without one of its own, with a warning") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  web.box.directory("web/cgroup");
  const std::string threaded = web.groups.path() + "/threaded";
  REQUIRE(mkdir(threaded.c_str(), 0755) == 0);
  REQUIRE(web.box.run({"sh", "-c", "echo threaded >" + threaded + "/cgroup.type"}).code == 0);
  const bool required = GENERATE(false, true);
  if (required) web.box.write("web/cgroup/required", "");
  Setup setup;
  setup.in_child = [&] {
    const Fd outer = open_directory(AT_FDCWD, web.groups.path().c_str());
    const Fd group = open_directory(AT_FDCWD, threaded.c_str());
    if (!enter_group(outer.get(), 0) || !write_group_file(group.get(), "cgroup.threads", "0"))
      _exit(98);
  };
  const Process supervisor = web.box.supervise("web", setup);
  if (required) {
    CHECK(web.box.await(State::backoff, "web").main_status.reason == Reason::no_group);
  } else {
    CHECK(web.box.event() == "up");
    CHECK(!web.box.await(State::ready, "web").has_group);
  }
  CHECK(contains(supervisor.err(), "a threaded group can have no services"));
}

TEST_CASE("who is in the service's group already is named, and ends with it") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  web.box.directory("web/cgroup");
  web.box.write("web/down", "");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  web.box.await(State::down, "web");
  web.box.control("o", "web");
  CHECK(web.box.event() == "up");
  web.box.await(State::ready, "web");
  const std::string group = std::filesystem::read_symlink(web.box.path("web/supervise/cgroup"));
  web.box.control("d", "web");
  web.box.await(State::down, "web");
  CHECK(!std::filesystem::exists(group));
  REQUIRE(mkdir(group.c_str(), 0755) == 0);
  Setup setup;
  setup.in_child = [&] {
    const Fd directory = open_directory(AT_FDCWD, group.c_str());
    if (!enter_group(directory.get(), 0)) _exit(98);
  };
  const Process other = web.box.start({"sleep", "1000"}, setup);
  web.box.wait_for([&] { return members_of_group(group).size() == 1; }, "the other one");
  web.box.control("u", "web");
  CHECK(web.box.event() == "up");
  web.box.await(State::ready, "web");
  CHECK(contains(supervisor.err(),
                 "warning: there are processes in the control group already, "
                 "which will end with run: "));
  CHECK(contains(supervisor.err(), "(" + std::to_string(other.pid()) + ")\n"));
  web.box.control("d", "web");
  CHECK(other.wait() == 128 + SIGTERM);
  web.box.await(State::down, "web");
}

TEST_CASE("a run that cannot be executed leaves no group behind") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  web.box.directory("web/cgroup");
  web.box.write("web/run", "#!/nowhere\n");
  web.box.mode("web/run", 0755);
  web.box.write("web/restart-delay", "1h");
  const Process supervisor = web.box.supervise("web", web.groups.inside());
  CHECK(!web.box.await(State::backoff, "web").has_group);
  for (const std::string& group : web.groups.below()) CHECK(!contains(group, ".svc"));
}
