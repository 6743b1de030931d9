// SPDX-License-Identifier: ISC
#include "jail/walls.hh"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "catch.hh"
#include "filter_machine.hh"
#include "jail/system_calls.hh"

using namespace stoker;

namespace {

constexpr uint32_t machine = 0xc000'003e, x86 = 0x4000'0003;

bool names_are_known() {
  CallSet none;
  return !add_named_calls(none, "no_such_call");
}
#define SKIP_WITHOUT_NAMES \
  if (!names_are_known()) SKIP("only Linux has these names")

std::vector<FilterStep> compiled(const Walls& walls) {
  std::vector<FilterStep> steps(4096);
  steps.resize(compile_walls(walls, machine, steps));
  REQUIRE(!steps.empty());
  return steps;
}

std::vector<FilterStep> wall(Wall which) {
  Walls walls;
  walls.set(which, true);
  return compiled(walls);
}

// The errno of the call, 0 if it is permitted, -1 if it kills.
int error_of(const std::vector<FilterStep>& steps, long call,
             const std::array<uint32_t, 6>& arguments = {}) {
  const uint32_t result = answer(steps, {machine, static_cast<uint32_t>(call), arguments});
  if (result == verdict::allow) return 0;
  if (result == verdict::kill) return -1;
  CHECK((result & 0xffff'0000) == verdict::error);
  return static_cast<int>(result & 0xffff);
}

}  // namespace

TEST_CASE("a wall refuses whole calls, and no others") {
  SKIP_WITHOUT_NAMES;
  const std::pair<Wall, std::vector<long>> walls[] = {
      {Wall::clock, {SYS_clock_settime, SYS_settimeofday, SYS_adjtimex, SYS_clock_adjtime}},
      {Wall::kernel_logs, {SYS_syslog}},
      {Wall::kernel_modules, {SYS_init_module, SYS_finit_module, SYS_delete_module}},
      {Wall::hostname, {SYS_sethostname, SYS_setdomainname}},
  };
  for (const auto& [which, refused] : walls) {
    const auto steps = wall(which);
    for (unsigned call = 0; call < CallSet::most; ++call) {
      const bool is_refused = std::find(refused.begin(), refused.end(), call) != refused.end();
      if (error_of(steps, call) != (is_refused ? EPERM : 0)) FAIL_CHECK("call " << call);
    }
  }
}

TEST_CASE("without a wall nothing is refused") {
  const auto steps = compiled({});
  for (unsigned call = 0; call < CallSet::most; ++call) CHECK(error_of(steps, call) == 0);
  CHECK_FALSE(Walls{}.any());
}

TEST_CASE("calls of other architectures kill, also where they have the same machine number") {
  const auto steps = wall(Wall::clock);
  CHECK(answer(steps, {x86, 1}) == verdict::kill);
  CHECK(answer(steps, {machine, 0x4000'0000 + 1}) == verdict::kill);
  CHECK(answer(steps, {machine, ~0U}) == verdict::kill);
}

TEST_CASE("architectures can be permitted, and the native one always is") {
  Walls walls;
  REQUIRE(walls.architectures.add_list("native x86"));
  CHECK(walls.any());
  CHECK(walls.architectures.foreign(machine));
  auto steps = compiled(walls);
  CHECK(answer(steps, {x86, 1}) == verdict::allow);
  CHECK(answer(steps, {machine, 1}) == verdict::allow);
  CHECK(answer(steps, {0xc000'00b7, 1}) == verdict::kill);
  CHECK(answer(steps, {machine, 0x4000'0000 + 1}) == verdict::kill);
  REQUIRE(walls.architectures.add_list("x32"));
  steps = compiled(walls);
  CHECK(answer(steps, {machine, 0x4000'0000 + 1}) == verdict::allow);
  REQUIRE(walls.architectures.add_list(""));
  CHECK_FALSE(walls.any());
  REQUIRE(walls.architectures.add_list("x86-64"));
  CHECK(walls.any());
  CHECK_FALSE(walls.architectures.foreign(machine));
  CHECK_FALSE(walls.architectures.add_list("vax"));
}

TEST_CASE("real-time policies are refused, with and without a reset on fork") {
  SKIP_WITHOUT_NAMES;
  const auto steps = wall(Wall::realtime);
  for (const uint32_t reset : {0U, 0x4000'0000U}) {
    for (const uint32_t fine : {SCHED_OTHER, SCHED_BATCH, SCHED_IDLE})
      CHECK(error_of(steps, SYS_sched_setscheduler, {7, fine | reset}) == 0);
    for (const uint32_t bad : {SCHED_FIFO, SCHED_RR, 4, SCHED_DEADLINE, 7})
      CHECK(error_of(steps, SYS_sched_setscheduler, {0, bad | reset}) == EPERM);
  }
  CHECK(error_of(steps, SYS_sched_setattr) == EPERM);
  CHECK(error_of(steps, SYS_sched_getscheduler, {0, SCHED_FIFO}) == 0);
}

TEST_CASE("modes with set-user-ID and set-group-ID are refused wherever a mode is") {
  SKIP_WITHOUT_NAMES;
  const auto steps = wall(Wall::suid_sgid);
  for (const uint32_t special : {04000U, 02000U, 06000U}) {
    const uint32_t mode = 0755 | special;
    CHECK(error_of(steps, SYS_fchmod, {3, mode}) == EPERM);
    CHECK(error_of(steps, SYS_fchmodat, {3, 0, mode}) == EPERM);
    CHECK(error_of(steps, SYS_mknodat, {3, 0, mode}) == EPERM);
    CHECK(error_of(steps, SYS_mkdirat, {3, 0, mode}) == EPERM);
    CHECK(error_of(steps, SYS_openat, {3, 0, O_CREAT | O_WRONLY, mode}) == EPERM);
    CHECK(error_of(steps, SYS_openat, {3, 0, O_TMPFILE | O_RDWR, mode}) == EPERM);
    CHECK(error_of(steps, SYS_openat, {3, 0, O_RDONLY | O_DIRECTORY, mode}) == 0);
    CHECK(error_of(steps, SYS_fchown, {3, mode, mode}) == 0);
  }
  CHECK(error_of(steps, SYS_fchmod, {04000, 01777}) == 0);
  CHECK(error_of(steps, SYS_openat, {3, 0, O_CREAT, 0666}) == 0);
  CHECK(error_of(steps, SYS_openat2) == ENOSYS);
  CHECK(error_of(steps, SYS_io_uring_setup) == ENOSYS);
#ifdef SYS_chmod
  CHECK(error_of(steps, SYS_chmod, {0, 04755}) == EPERM);
  CHECK(error_of(steps, SYS_open, {0, O_CREAT, 04755}) == EPERM);
  CHECK(error_of(steps, SYS_creat, {0, 04755}) == EPERM);
#endif
}

TEST_CASE("memory is not writable and executable") {
  SKIP_WITHOUT_NAMES;
  auto steps = wall(Wall::write_execute);
  CHECK(error_of(steps, SYS_mmap, {0, 0, PROT_READ | PROT_WRITE | PROT_EXEC}) == EPERM);
  CHECK(error_of(steps, SYS_mmap, {0, 0, PROT_READ | PROT_EXEC}) == 0);
  CHECK(error_of(steps, SYS_mmap, {PROT_EXEC, PROT_EXEC, PROT_READ | PROT_WRITE}) == 0);
  CHECK(error_of(steps, SYS_shmat, {0, 0, SHM_EXEC}) == EPERM);
  CHECK(error_of(steps, SYS_shmat, {0, 0, SHM_RDONLY}) == 0);
  CHECK(error_of(steps, SYS_mprotect, {0, 0, PROT_EXEC}) == 0);
  steps = wall(Wall::execute_later);
  CHECK(error_of(steps, SYS_mprotect, {0, 0, PROT_READ | PROT_EXEC}) == EPERM);
  CHECK(error_of(steps, SYS_pkey_mprotect, {0, 0, PROT_EXEC}) == EPERM);
  CHECK(error_of(steps, SYS_mprotect, {0, 0, PROT_READ | PROT_WRITE}) == 0);
}

TEST_CASE("the personality can be asked for and kept, not changed") {
  SKIP_WITHOUT_NAMES;
  Walls walls;
  walls.set(Wall::personality, true);
  walls.personality = 0x40000;
  const auto steps = compiled(walls);
  CHECK(error_of(steps, SYS_personality, {0x40000}) == 0);
  CHECK(error_of(steps, SYS_personality, {0xffff'ffff}) == 0);
  CHECK(error_of(steps, SYS_personality, {0}) == EPERM);
  CHECK(error_of(steps, SYS_personality, {0x40008}) == EPERM);
}

TEST_CASE("namespaces are made and entered only if they are in the list") {
  SKIP_WITHOUT_NAMES;
  Walls walls;
  REQUIRE(walls.namespaces.add_list("net,ipc"));
  const auto steps = compiled(walls);
  CHECK(error_of(steps, SYS_unshare, {CLONE_NEWNET | CLONE_NEWIPC | CLONE_FS}) == 0);
  CHECK(error_of(steps, SYS_unshare, {CLONE_NEWNET | CLONE_NEWNS}) == EPERM);
  CHECK(error_of(steps, SYS_clone, {SIGCHLD}) == 0);
  CHECK(error_of(steps, SYS_setns, {3, CLONE_NEWNET}) == 0);
  CHECK(error_of(steps, SYS_setns, {3, 0}) == EPERM);
  CHECK(error_of(steps, SYS_clone3) == ENOSYS);
  for (const int bad : {CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS, CLONE_NEWCGROUP}) {
    const auto flag = static_cast<uint32_t>(bad);
    CHECK(error_of(steps, SYS_unshare, {flag}) == EPERM);
    CHECK(error_of(steps, SYS_setns, {3, flag}) == EPERM);
#ifndef __s390x__
    CHECK(error_of(steps, SYS_clone, {flag | SIGCHLD}) == EPERM);
#endif
  }
  Walls none;
  none.namespaces.refuse_all();
  CHECK(error_of(compiled(none), SYS_unshare, {CLONE_NEWNET}) == EPERM);
  CHECK(error_of(compiled(none), SYS_unshare, {CLONE_FILES}) == 0);
  Walls most;
  REQUIRE(most.namespaces.add_list("~user"));
  CHECK(error_of(compiled(most), SYS_unshare, {CLONE_NEWUSER}) == EPERM);
  CHECK(error_of(compiled(most), SYS_unshare, {CLONE_NEWNS}) == 0);
  CHECK_FALSE(most.namespaces.add_list("users"));
}

TEST_CASE("sockets are of the listed families") {
  SKIP_WITHOUT_NAMES;
  Walls walls;
  REQUIRE(walls.families.add_list("AF_UNIX AF_INET"));
  REQUIRE(walls.families.add_list("AF_INET6 ~AF_INET"));
  auto steps = compiled(walls);
  for (uint32_t family = 0; family < 100; ++family) {
    const bool fine = family == AF_UNIX || family == AF_INET6;
    CHECK(error_of(steps, SYS_socket, {family, SOCK_STREAM}) == (fine ? 0 : EAFNOSUPPORT));
  }
  CHECK(error_of(steps, SYS_socketpair, {AF_INET}) == 0);
  CHECK(error_of(steps, SYS_io_uring_setup) == ENOSYS);
  CHECK(error_of(steps, SYS_read) == 0);
  walls.families.refuse_all();
  steps = compiled(walls);
  CHECK(error_of(steps, SYS_socket, {AF_UNIX}) == EAFNOSUPPORT);
  Walls without;
  REQUIRE(without.families.add_list("~AF_PACKET"));
  steps = compiled(without);
  CHECK(error_of(steps, SYS_socket, {AF_PACKET}) == EAFNOSUPPORT);
  CHECK(error_of(steps, SYS_socket, {AF_VSOCK}) == 0);
  CHECK_FALSE(without.families.add_list("INET"));
}

TEST_CASE("all walls fit into a small filter") {
  Walls walls;
  for (unsigned i = 0; i <= static_cast<unsigned>(Wall::personality); ++i)
    walls.set(static_cast<Wall>(i), true);
  walls.namespaces.refuse_all();
  REQUIRE(walls.families.add_list("AF_UNIX AF_INET AF_INET6 AF_NETLINK"));
  CHECK(compiled(walls).size() < 200);
  FilterStep few[4];
  CHECK(compile_walls(walls, machine, few) == 0);
}
