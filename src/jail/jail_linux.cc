// SPDX-License-Identifier: ISC
// Entering a jail, from the outermost restriction to the innermost.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/privileges.hh"
#include "jail/jail.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

void write_file(const char* file, std::string_view text) {
  const Fd fd = open_write(AT_FDCWD, file);
  if (!fd || !write_all(fd.get(), text)) die_errno({"unable to write ", file});
}

// In our own user namespace, no other users exist.
void map_self(uid_t user, gid_t group) {
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", Text<80>(user, " ", user, " 1"));
  write_file("/proc/self/gid_map", Text<80>(group, " ", group, " 1"));
}

// What has been made. In a user namespace of our own, processes outside cannot be traced.
enum class Namespaces { none, in_same_user, in_new_user };

// None if the system refuses them, and that is acceptable.
Namespaces make_namespaces(const Jail& jail) {
  const int kinds =
      (jail.needs_mounts() ? CLONE_NEWNS : 0) | (jail.private_pids ? CLONE_NEWPID : 0) |
      (jail.private_network ? CLONE_NEWNET : 0) | (jail.private_ipc ? CLONE_NEWIPC : 0);
  if (unshare(kinds) == 0) return Namespaces::in_same_user;
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (errno == EPERM && unshare(kinds | CLONE_NEWUSER) == 0) {
    map_self(user, group);
    return Namespaces::in_new_user;
  }
  die_or_warn(jail, {"unable to create namespaces"});
  return Namespaces::none;
}

void start_loopback(const Jail& jail) {
  const Fd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (!fd || ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0)
    die_or_warn(jail, {"unable to start the loopback device"});
}

// The kernel's number of this architecture; 0 if unknown.
constexpr uint32_t this_machine() {
#if defined(__x86_64__) && defined(__LP64__)
  return AUDIT_ARCH_X86_64;
#elif defined(__i386__)
  return AUDIT_ARCH_I386;
#elif defined(__aarch64__)
  return AUDIT_ARCH_AARCH64;
#elif defined(__arm__)
  return AUDIT_ARCH_ARM;
#elif defined(__riscv) && __riscv_xlen == 64
  return AUDIT_ARCH_RISCV64;
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
  return AUDIT_ARCH_PPC64LE;
#elif defined(__s390x__)
  return AUDIT_ARCH_S390X;
#else
  return 0;
#endif
}

struct FilterProgram {
  unsigned short count;
  const FilterStep* steps;
};

void filter_calls(const Jail& jail) {
  static constinit FilterStep steps[4096];
  const uint32_t refusal = jail.filter_error != 0
                               ? verdict::error | static_cast<uint32_t>(jail.filter_error)
                               : verdict::kill;
  const size_t count = compile_filter(jail.filter, this_machine(), refusal, steps);
  if (count == 0) die({"unable to filter system calls: too many rules"});
  if (this_machine() == 0) {
    errno = ENOSYS;
    return die_or_warn(jail, {"unable to filter system calls on this architecture"});
  }
  const FilterProgram program{static_cast<unsigned short>(count), steps};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    die_or_warn(jail, {"unable to filter system calls"});
}

}  // namespace

void die_or_warn(const Jail& jail, Words what) {
  if (!jail.try_only) die_errno(what);
  warn_errno(what);
}

void enter_jail(const Jail& jail) {
  const Namespaces made = jail.needs_namespaces() ? make_namespaces(jail) : Namespaces::none;
  if (made != Namespaces::none) {
    if (jail.private_network) start_loopback(jail);
    if (jail.private_pids) become_init();
    if (jail.needs_mounts()) make_mounts(jail);
    if (jail.needs_isolation() && made == Namespaces::in_same_user) isolate_processes();
    if (!jail.keep_capabilities) drop_capabilities(*parse_capabilities(jail_breakers));
  }
  if (!jail.filter.any() && jail.allowances.empty()) return;
  forbid_new_privileges();
  if (!jail.allowances.empty()) restrict_files(jail);
  if (jail.filter.any()) filter_calls(jail);
}

}  // namespace stoker
