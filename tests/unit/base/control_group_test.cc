// SPDX-License-Identifier: ISC
#include "base/control_group.hh"

#include "catch.hh"

using namespace stoker;

namespace {

std::string directory_of(const std::string& root, const std::string& target,
                         const std::string& path) {
  GroupMount mount;
  mount.root.append(root);
  mount.target.append(target);
  return std::string(group_directory(mount, path).view());
}

}  // namespace

TEST_CASE("only a mount of control groups of version 2 counts") {
  const auto mount = parse_group_mount(
      "31 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate");
  REQUIRE(mount);
  CHECK(mount->root.view() == "/");
  CHECK(mount->target.view() == "/sys/fs/cgroup");
  for (const char* const line :
       {"", "-", "31 24 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu",
        "31 24 0:27 / /sys/fs/cgroup rw", "31 24 0:27 /",
        "31 24 0:27 / /cgroup2 rw - tmpfs cgroup2"})
    CHECK(!parse_group_mount(line));
}

TEST_CASE("a mount's optional fields are skipped, and its path is unescaped") {
  const auto mount =
      parse_group_mount("1 2 0:27 /a\\040b /my\\040groups rw master:1 shared:2 - cgroup2 none rw");
  REQUIRE(mount);
  CHECK(mount->root.view() == "/a b");
  CHECK(mount->target.view() == "/my groups");
}

TEST_CASE("a process's group is on the line of version 2") {
  CHECK(parse_membership("4:memory:/x\n1:name=systemd:/y\n0::/z w\n") == "/z w");
  CHECK(parse_membership("0::/\n") == "/");
  CHECK(parse_membership("4:memory:/x\n") == "");
  CHECK(parse_membership("10::/x\n") == "");
  CHECK(parse_membership("") == "");
}

TEST_CASE("a group's directory is where its hierarchy is mounted") {
  CHECK(directory_of("/", "/sys/fs/cgroup", "/") == "/sys/fs/cgroup");
  CHECK(directory_of("/", "/sys/fs/cgroup", "/a/b") == "/sys/fs/cgroup/a/b");
  CHECK(directory_of("/docker/1", "/sys/fs/cgroup", "/docker/1") == "/sys/fs/cgroup");
  CHECK(directory_of("/docker/1", "/sys/fs/cgroup", "/docker/1/a") == "/sys/fs/cgroup/a");
}

TEST_CASE("a group that the mount does not show has no directory") {
  CHECK(directory_of("/docker/1", "/sys/fs/cgroup", "/docker/12") == "");
  CHECK(directory_of("/docker/1", "/sys/fs/cgroup", "/") == "");
  CHECK(directory_of("/", "/sys/fs/cgroup", "/../other") == "");
  CHECK(directory_of("/", "/sys/fs/cgroup", "/a (deleted)") == "");
}

TEST_CASE("a value is found by its whole key") {
  const std::string events = "low 0\noom 3\noom_kill 7\noom_group_kill 1\n";
  CHECK(group_value(events, "oom") == 3);
  CHECK(group_value(events, "oom_kill") == 7);
  CHECK(!group_value(events, "oom_"));
  CHECK(!group_value("oom_kill\n", "oom_kill"));
  CHECK(!group_value("", "oom"));
}
