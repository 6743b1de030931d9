// SPDX-License-Identifier: ISC
// svscan wherever containers put it: as process 1, under other inits, in an OCI bundle, as
// an arbitrary user without rights, without /proc.
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool has_program(const std::string& name) {
  for (const char* const place : {"/usr/bin/", "/usr/sbin/", "/usr/libexec/podman/"})
    if (access((place + name).c_str(), X_OK) == 0) return true;
  return false;
}

// A tree with one service, which reports what happens to it.
struct Tree {
  Tree() {
    box.script("scan/a/run", "exec $SERVE 'a up' ready 'TERM=a down!0'");
    box.write("scan/a/notification-fd", "3");
  }
  Sandbox box;
};

// Of version 2; empty if there is none.
std::string group_hierarchy() {
  for (const std::string place : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
    if (access((place + "/cgroup.procs").c_str(), F_OK) == 0) return place;
  return "";
}

// The groups of services named `a` in it, but for those of other tests, which come and go.
std::set<std::string> groups_of_a() {
  std::set<std::string> found;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(group_hierarchy(), error), end;
  for (; !error && entry != end; entry.increment(error)) {
    const std::string path = entry->path();
    if (entry->path().filename() == "a.svc" && !contains(path, "/stoker-test.")) found.insert(path);
  }
  return found;
}

}  // namespace

TEST_CASE("under another init everything works as before") {
  const std::string init = GENERATE("tini", "dumb-init", "catatonit");
  if (!has_program(init)) SKIP("needs " + init);
  if (!can_unshare()) SKIP("needs namespaces");
  Tree tree;
  tree.box.script("main", "exec $SERVE 'main up' 'TERM=main TERM!7'");
  const Process outer = tree.box.start({"unshare", "-pf", "--kill-child", "--mount-proc", init,
                                        "--", "svscan", "scan", "--", tree.box.path("main")});
  CHECK(tree.box.event() == "a up");
  CHECK(tree.box.event() == "main up");
  const auto children = children_of(outer.pid());
  REQUIRE(children.size() == 1);
  kill(children.front(), SIGTERM);
  CHECK(tree.box.event() == "main TERM");
  CHECK(tree.box.event() == "a down");
  CHECK(outer.wait() == 7);
}

TEST_CASE("as an arbitrary user, on a read-only root, without capabilities or /proc") {
  if (!has_program("bwrap")) SKIP("needs bwrap");
  const bool with_proc = GENERATE(true, false);
  if (!with_proc && is_sanitized()) SKIP("a sanitizer looks for leaks by /proc");
  Tree tree;
  const std::string root = tree.box.path();
  Argv argv{
      "bwrap",     "--unshare-user", "--unshare-pid", "--uid",      "1000780000", "--gid",
      "0",         "--as-pid-1",     "--ro-bind",     "/",          "/",          "--tmpfs",
      "/run",      "--dev",          "/dev",          "--bind",     root + "/..", root + "/..",
      "--ro-bind", root + "/scan",   root + "/scan",  "--cap-drop", "ALL"};
  if (with_proc)
    argv.insert(argv.end(), {"--proc", "/proc"});
  else
    argv.insert(argv.end(), {"--tmpfs", "/proc"});
  argv.insert(argv.end(), {"svscan", "-S", "/run/state", "scan", "--", "sh", "-c",
                           "id -u; SVDIR=scan sv health; exit 9"});
  const Result attempt =
      tree.box.run({"bwrap", "--unshare-user", "--unshare-pid", "--uid", "1000780000", "--ro-bind",
                    "/", "/", "--cap-drop", "ALL", "true"});
  if (attempt.code != 0) SKIP("bwrap does not work here: " + attempt.err);
  const Process container = tree.box.start(argv);
  CHECK(tree.box.event() == "a up");
  CHECK(tree.box.event() == "a down");
  CHECK(container.wait() == 9);
  CHECK(container.out() == "1000780000\nok: 1 service ready\n");
  CHECK(container.err() == "");
}

TEST_CASE("in an OCI bundle, kill and its exit code work as users expect") {
  if (is_sanitized()) SKIP("a sanitizer needs more than the bundle has");
  if (!has_program("runc")) SKIP("needs runc");
  const std::string groups = GENERATE("none", "ro", "rw");
  if (groups != "none" && group_hierarchy().empty()) SKIP("needs control groups");
  Tree tree;
  const std::string id = "stoker-test-" + std::to_string(getpid()), root = tree.box.path("runc");
  const auto words = [](const Argv& all) {
    std::string text;
    for (const std::string& word : all) text += (text.empty() ? "\"" : ",\"") + word + '"';
    return text;
  };
  std::string mounts = R"({"destination":"/proc","type":"proc","source":"proc"},)"
                       R"({"destination":"/run","type":"tmpfs","source":"tmpfs",)"
                       R"("options":["mode=1777","noexec","nosuid"]})";
  std::set<std::string> shared{"/usr", "/bin", "/lib", "/lib64", "/etc", "/tmp"};
  shared.insert(program_directory());
  shared.insert(std::filesystem::path(test_program()).parent_path());
  for (const std::string& place : shared)
    if (access(place.c_str(), X_OK) == 0)
      mounts += R"(,{"destination":")" + place + R"(","type":"bind","source":")" + place +
                R"(","options":["rbind","ro"]})";
  if (groups != "none")
    mounts += R"(,{"destination":"/sys/fs/cgroup","type":"bind","source":")" + group_hierarchy() +
              R"(","options":["rbind",")" + groups + R"("]})";
  const std::set<std::string> before = groups_of_a();
  tree.box.directory("bundle/rootfs");
  tree.box.write(
      "bundle/config.json",
      R"({"ociVersion":"1.0.2","process":{"terminal":false,"user":{"uid":0,"gid":0},"args":[)" +
          words({"svscan", groups == "none" ? "-c9" : "--cgroup", "-S", "/run/state",
                 tree.box.path("scan"), "--", "sh", "-c",
                 "trap 'exit 5' TERM; sleep 1000 & echo main up >" + tree.box.path("said") +
                     "; while :; do wait; done"}) +
          R"(],"env":["PATH=)" + program_directory() + R"(:/usr/bin:/bin"],"cwd":"/",)" +
          R"("capabilities":{},"noNewPrivileges":true},"root":{"path":"rootfs","readonly":true},)" +
          R"("mounts":[)" + mounts +
          R"(],"linux":{"namespaces":[{"type":"pid"},{"type":"mount"}]}})");
  Channel said{tree.box.channel("said")};
  const Process container =
      tree.box.start({"runc", "--root", root, "run", "--bundle", tree.box.path("bundle"), id});
  std::optional<std::string> up;
  tree.box.wait_for([&] { return (up = tree.box.event_within(0s)) || container.ended(); }, "runc");
  if (!up) SKIP("runc does not run here: " + container.err());
  CHECK(*up == "a up");
  CHECK(said.line() == "main up");
  CAPTURE(groups, container.err());
  CHECK(groups_of_a().size() == before.size() + (groups == "rw" ? 1 : 0));
  CHECK(contains(container.err(),
                 "mount the cgroup2 file system writable; services start without "
                 "them\n") == (groups == "ro"));
  CHECK(tree.box.run({"runc", "--root", root, "kill", id, GENERATE("TERM", "37", "PWR")}).code ==
        0);
  CHECK(tree.box.event() == "a down");
  CHECK(container.wait() == 5);
  CHECK(groups_of_a() == before);
  if (groups != "ro") CHECK(container.err() == "");
}

TEST_CASE("a container restarted on its old state comes up each time") {
  if (!can_unshare()) SKIP("needs namespaces");
  if (is_portable_twin())
    SKIP("only some systems distinguish a process from an earlier one with the same pid");
  Tree tree;
  tree.box.script("scan/b/run", "exec sleep 1000");
  tree.box.script("scan/b/log/run", "exec cat >/dev/null");
  for (int start = 0; start < 100; ++start) {
    const Process container = tree.box.start({"unshare", "-pf", "--kill-child", "--mount-proc",
                                              "svscan", "-S", tree.box.path("state"), "scan"});
    REQUIRE(tree.box.event() == "a up");
    REQUIRE(container.err().empty());
    // With process 1 the whole namespace is killed, in the middle of everything.
    const auto children = children_of(container.pid());
    REQUIRE(children.size() == 1);
    kill(children.front(), SIGKILL);
    REQUIRE(container.wait() != 0);
  }
}

TEST_CASE("ten thousand orphans are reaped, and none stays a zombie") {
  if (!can_unshare()) SKIP("needs namespaces");
  Tree tree;
  tree.box.script("main",
                  "i=0; while [ $i -lt 10000 ]; do (: &); i=$((i+1)); done\n"
                  "zombies() { grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l; }\n"
                  "i=0; while [ $(zombies) -gt 0 ] && [ $i -lt 50 ]; do i=$((i+1)); done; zombies");
  const Process container = tree.box.start({"unshare", "-pf", "--kill-child", "--mount-proc",
                                            "svscan", "scan", "--", tree.box.path("main")});
  CHECK(container.wait() == 0);
  CHECK(container.out() == "0\n");
}

TEST_CASE("an idle tree stops at once") {
  if (!can_unshare()) SKIP("needs namespaces");
  const auto end = [] {
    Tree tree;
    const Process container =
        tree.box.start({"unshare", "-pf", "--kill-child", "--mount-proc", "svscan", "scan"});
    CHECK(tree.box.event() == "a up");
    tree.box.await(State::ready, "scan/a");
    const auto children = children_of(container.pid());
    REQUIRE(children.size() == 1);
    const Moment before = now();
    kill(children.front(), SIGTERM);
    CHECK(container.wait() == 0);
    return now() - before;
  };
  CHECK(least_time(1s, end) < 1s);  // some ms on a machine that has nothing else to do
}
