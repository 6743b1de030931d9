// SPDX-License-Identifier: ISC
#include "jail/call_filter.hh"

#include <sys/syscall.h>

#include <string>
#include <vector>

#include "catch.hh"
#include "filter_machine.hh"

using namespace stoker;

namespace {

constexpr uint32_t machine = 0xc000'003e, refusal = verdict::error | 1;

bool names_are_known() {
  CallSet none;
  return !add_named_calls(none, "no_such_call");
}

std::vector<FilterStep> compiled(const CallFilter& filter) {
  std::vector<FilterStep> steps(4096);
  steps.resize(compile_filter(filter, machine, refusal, steps));
  REQUIRE(!steps.empty());
  return steps;
}

}  // namespace

TEST_CASE("a filter's program answers every call as the filter specifies") {
  if (!names_are_known()) SKIP("only Linux has these names");
  const std::string list = GENERATE(as<std::string>(), "@system-service", "~@mount @reboot", "read",
                                    "~read", "@basic-io,@process", "@known-to-nobody", "~");
  CallFilter filter;
  if (!filter.add_list(list)) {
    CHECK(list == "@known-to-nobody");
    return;
  }
  const auto steps = compiled(filter);
  for (unsigned call = 0; call < CallSet::most + 10; ++call) {
    CAPTURE(list, call);
    if (answer(steps, {machine, call}) != (filter.allows(call) ? verdict::allow : refusal))
      FAIL("a wrong answer");
  }
  CHECK(answer(steps, {machine, 0x4000'0000 + SYS_read}) == refusal);
  CHECK(answer(steps, {machine, ~0U}) == refusal);
  CHECK(answer(steps, {machine + 1, SYS_read}) == verdict::kill);
}

TEST_CASE("a list of allowed calls always permits execve and exit") {
  if (!names_are_known()) SKIP("only Linux has these names");
  CallFilter filter;
  REQUIRE(filter.add_list("read"));
  CHECK(filter.allows(SYS_read));
  CHECK(filter.allows(SYS_execve));
  CHECK(filter.allows(SYS_exit_group));
  CHECK_FALSE(filter.allows(SYS_write));
  CHECK_FALSE(filter.allows(SYS_mount));
}

TEST_CASE("further lists add calls, and with ~ remove them") {
  if (!names_are_known()) SKIP("only Linux has these names");
  CallFilter filter;
  REQUIRE(filter.add_list("@system-service"));
  CHECK(filter.allows(SYS_chown));
  REQUIRE(filter.add_list("~@privileged"));
  CHECK_FALSE(filter.allows(SYS_fchown));
  REQUIRE(filter.add_list("fchown mount"));
  CHECK(filter.allows(SYS_fchown));
  CHECK(filter.allows(SYS_mount));

  CallFilter refusing;
  REQUIRE(refusing.add_list("~@mount ptrace"));
  CHECK_FALSE(refusing.allows(SYS_mount));
  CHECK(refusing.allows(SYS_read));
  REQUIRE(refusing.add_list("mount"));
  CHECK(refusing.allows(SYS_mount));
  CHECK_FALSE(refusing.allows(SYS_ptrace));
}

TEST_CASE("a name with a ~ of its own is refused, whatever its list is") {
  if (!names_are_known()) SKIP("only Linux has these names");
  CallFilter filter;
  REQUIRE(filter.add_list("@system-service ~@privileged mount"));
  CHECK(filter.allows(SYS_read));
  CHECK(filter.allows(SYS_mount));
  CHECK_FALSE(filter.allows(SYS_fchown));

  CallFilter refusing;
  REQUIRE(refusing.add_list("~@mount ~ptrace"));
  CHECK(refusing.allows(SYS_read));
  CHECK_FALSE(refusing.allows(SYS_mount));
  CHECK_FALSE(refusing.allows(SYS_ptrace));
}

TEST_CASE("an empty list of calls starts again") {
  CallFilter filter;
  REQUIRE(filter.add_list("read"));
  REQUIRE(filter.add_list(""));
  CHECK_FALSE(filter.any());
  CHECK(filter.allows(SYS_mount));
}

TEST_CASE("unknown calls and groups are refused, foreign ones are known") {
  if (!names_are_known()) SKIP("only Linux has these names");
  for (const char* bad :
       {"reads", "@system", "@", "read,writ", "read;write", "read ~", "read ~~write"}) {
    CAPTURE(bad);
    CallFilter filter;
    CHECK_FALSE(filter.add_list(bad));
  }
  CallFilter filter;
  CHECK(filter.add_list("mmap2, s390_pci_mmio_read\tread"));
}

TEST_CASE("a filter that does not fit is refused") {
  CallFilter filter;
  REQUIRE(filter.add_list("read"));
  FilterStep few[4];
  CHECK(compile_filter(filter, machine, refusal, few) == 0);
}
