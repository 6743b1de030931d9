// SPDX-License-Identifier: ISC
#include "service/control_group.hh"

#include "catch.hh"
#include "service/group_tree.hh"

using namespace stoker;

TEST_CASE(
    "files of controllers are settings of a group, and what moves or kills processes is not") {
  for (const char* const name :
       {"memory.max", "cpu.max", "cpu.weight.nice", "io.weight", "pids.max", "cpuset.cpus",
        "hugetlb.2MB.max", "cgroup.max.depth", "cgroup.max.descendants", "cgroup.pressure"})
    CHECK(is_group_setting(name));
  for (const char* const name :
       {"", "required", ".memory.max", "memory.", "../memory.max", "a/memory.max", "cgroup.procs",
        "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control"})
    CHECK(!is_group_setting(name));
}

TEST_CASE("a line is written as it is, unless it begins with a device") {
  CHECK(group_line("512M").view() == "512M");
  CHECK(group_line("8:0 rbps=1048576").view() == "8:0 rbps=1048576");
  CHECK(group_line("/dev/null rbps=1").view() == "/dev/null rbps=1");  // no block device
}

TEST_CASE("oom-policy has three words") {
  CHECK(parse_oom_policy("continue\n") == OomPolicy::proceed);
  CHECK(parse_oom_policy(" stop ") == OomPolicy::stop);
  CHECK(parse_oom_policy("kill") == OomPolicy::kill);
  CHECK(!parse_oom_policy("killed"));
  CHECK(!parse_oom_policy(""));
}

TEST_CASE("a memory limit is kept in KiB, and shown in the largest unit that is exact") {
  for (const char* const text : {"max\n", "4194304\n", "9223372036854771712\n", ""})
    CHECK(is_lack_of_memory(pack_memory_limit(text)));
  CHECK(memory_limit_text(pack_memory_limit("max\n")).empty());
  CHECK(memory_limit_text(pack_memory_limit("4194304\n")).view() == "4M");
  CHECK(memory_limit_text(pack_memory_limit("102400\n")).view() == "100K");
  CHECK(memory_limit_text(pack_memory_limit("9223372036854771712\n")).view() == "2147483647K");
  CHECK(memory_limit_text(0).empty());
}

TEST_CASE("each service has a group of another name, whatever it is called") {
  CHECK(service_group_name("web").view() == "web.svc");
  CHECK(service_group_name("cgroup.procs").view() == "cgroup.procs.svc");
  const std::string longest(255, 'x');
  const Text<255> one = service_group_name(longest);
  const Text<255> other = service_group_name(longest.substr(1) + "y");
  CHECK(!one.truncated());
  CHECK(one.size() == 200 + 1 + 16 + 4);
  CHECK(one.view() != other.view());
  CHECK(service_group_name(longest.substr(4)).view() == longest.substr(4) + ".svc");
  CHECK(service_group_name("a\nb").view().find('\n') == std::string_view::npos);
  CHECK(service_group_name("a\nb").view() != service_group_name("a?b").view());
}

TEST_CASE("the groups of a tree are below the one in which it was started") {
  struct stat mark {};
  mark.st_dev = 1;
  mark.st_ino = 2;
  const GroupTree tree = group_tree_at("/sys/fs/cgroup/a", mark);
  CHECK(!tree.inside);
  CHECK(tree.outer.view() == "/sys/fs/cgroup/a");
  CHECK(tree.own.view() == std::string("/sys/fs/cgroup/a/") + tree_group_name(1, 2).c_str());
  CHECK(tree_group_name(1, 2).size() == 7 + 16);
  CHECK(tree_group_name(1, 2).view() != tree_group_name(2, 1).view());
  mark.st_ino = 3;
  CHECK(group_tree_at("/sys/fs/cgroup/a", mark).own.view() != tree.own.view());
}

TEST_CASE("a process among the supervisors belongs to their tree, whatever its name") {
  const struct stat mark {};
  const GroupTree tree = group_tree_at("/sys/fs/cgroup/a/mine/supervisors", mark);
  CHECK(tree.inside);
  CHECK(tree.own.view() == "/sys/fs/cgroup/a/mine");
  CHECK(tree.outer.view() == "/sys/fs/cgroup/a");
}

TEST_CASE("errors with a group have a remedy where there is one") {
  CHECK(std::string(group_remedy(EROFS)).find("writable") != std::string::npos);
  CHECK(std::string(group_remedy(EBUSY)).find("no other processes") != std::string::npos);
  CHECK(group_remedy(EIO).empty());
}
