// SPDX-License-Identifier: ISC
#include "service/group_lint.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

struct Case {
  std::string_view name, text;
};

std::string fault_of(const Case& one) {
  return std::string(fault_of_group_value(one.name, one.text).view());
}
std::string fault_of_name(std::string_view name) {
  return std::string(fault_of_group_name(name).view());
}

}  // namespace

TEST_CASE("settings of a control group that the kernel has are known") {
  for (const std::string_view name :
       {"memory.max", "cpu.max", "cpuset.cpus", "hugetlb.2MB.max", "cgroup.max.depth", "required"})
    CHECK(fault_of_name(name).empty());
}

TEST_CASE("names that no controller has are faults") {
  CHECK(fault_of_name("memory.maximum") ==
        "cgroup/memory.maximum: no such setting is known of the controller memory");
  CHECK(fault_of_name("memory.current") ==
        "cgroup/memory.current: no such setting is known of the controller memory");
  CHECK(fault_of_name("mem.max") == "cgroup/mem.max: there is no controller mem");
  CHECK(fault_of_name("MemoryMax") ==
        "cgroup/MemoryMax is no setting of a control group, such as memory.max");
  CHECK(fault_of_name("cgroup.procs") ==
        "cgroup/cgroup.procs is not for a service to set: remove it");
}

TEST_CASE("values that the kernel takes are no faults") {
  for (const Case& one : {Case{"memory.max", "512M\n"},
                          {"memory.high", "max"},
                          {"memory.max", "# half\n1073741824\n"},
                          {"pids.max", "100"},
                          {"cpu.max", "50000 100000"},
                          {"cpu.max", "max"},
                          {"cpu.weight", "10000"},
                          {"cpu.weight.nice", "-20"},
                          {"cpu.uclamp.min", "12.5"},
                          {"cpu.uclamp.max", "max"},
                          {"cpuset.cpus", "0-3,7"},
                          {"memory.oom.group", "1"},
                          {"io.weight", "default 50\n8:0 100\n"},
                          {"io.weight", "200"},
                          {"io.max", "/dev/sda rbps=10485760 wiops=max"},
                          {"io.latency", "8:16 target=10"},
                          {"hugetlb.2MB.max", "1G"},
                          {"io.prio.class", "restrict-to-be"},
                          {"memory.maximum", "who knows"}}) {
    CAPTURE(one.name, one.text);
    CHECK(fault_of(one).empty());
  }
}

TEST_CASE("values that the kernel refuses are faults, which say what it takes") {
  CHECK(fault_of({"memory.max", "lots\n"}) ==
        "invalid value in cgroup/memory.max: \"lots\" is not a size such as 512M, or max");
  CHECK(fault_of({"cpu.weight", "100\n20000\n"}) ==
        "invalid value in cgroup/cpu.weight: \"20000\" is not a number from 1 to 10000");
  CHECK(fault_of({"memory.max", "\n# none\n"}) == "cgroup/memory.max has no effect: it is empty");
  for (const Case& one :
       {Case{"memory.max", "50%"},   {"memory.max", "512 M"},   {"memory.max", "M"},
        {"pids.max", "10k"},         {"cpu.max", "50%"},        {"cpu.max", "50000 max"},
        {"cpu.max", "1 2 3"},        {"cpu.weight", "0"},       {"cpu.weight.nice", "20"},
        {"cpu.uclamp.min", "101"},   {"cpu.uclamp.min", "50%"}, {"cpu.uclamp.min", "1.234"},
        {"cpu.uclamp.min", "1."},    {"cpuset.cpus", "0-"},     {"cpuset.cpus", "0,"},
        {"memory.oom.group", "yes"}, {"io.weight", "8:0"},      {"io.weight", "sda 100"},
        {"io.max", "rbps=1"},        {"io.max", "/dev/sda"},    {"io.max", "/dev/sda rbps=fast"},
        {"cgroup.max.depth", "deep"}}) {
    CAPTURE(one.name, one.text);
    CHECK_FALSE(fault_of(one).empty());
  }
}
