// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/fd.hh"
#include "base/text.hh"
#include "chain/attempt.hh"
#include "chain/privileges.hh"

namespace stoker {

namespace {

constexpr unsigned most_capabilities = 64;

struct Sets {
  CapabilitySet effective = 0, permitted = 0, inheritable = 0;
};

Sets read_sets() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct halves[2] = {};
  if (syscall(SYS_capget, &header, halves) != 0) die_errno({"unable to get capabilities"});
  const auto join = [](uint32_t low, uint32_t high) {
    return CapabilitySet{high} << 32 | CapabilitySet{low};
  };
  return {join(halves[0].effective, halves[1].effective),
          join(halves[0].permitted, halves[1].permitted),
          join(halves[0].inheritable, halves[1].inheritable)};
}

void write_sets(const Sets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct halves[2] = {};
  for (int i = 0; i < 2; ++i)
    halves[i] = {static_cast<uint32_t>(sets.effective >> 32 * i),
                 static_cast<uint32_t>(sets.permitted >> 32 * i),
                 static_cast<uint32_t>(sets.inheritable >> 32 * i)};
  if (syscall(SYS_capset, &header, halves) != 0) die_errno({"unable to set capabilities"});
}

bool has(CapabilitySet set, unsigned number) { return (set >> number & 1) != 0; }

// Those this kernel knows.
CapabilitySet known_capabilities() {
  CapabilitySet known = 0;
  for (unsigned i = 0; i < most_capabilities && prctl(PR_CAPBSET_READ, i) >= 0; ++i)
    known |= CapabilitySet{1} << i;
  return known;
}

void drop_from_bounding_set(CapabilitySet keep) {
  for (unsigned i = 0; i < most_capabilities; ++i) {
    if (has(keep, i) || prctl(PR_CAPBSET_READ, i) != 1) continue;
    if (prctl(PR_CAPBSET_DROP, i) != 0)
      die_errno({"unable to drop capability ", capability_name(i)});
  }
}

void set_ambient(CapabilitySet wanted) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    die_errno({"unable to clear ambient capabilities"});
  for (unsigned i = 0; i < most_capabilities; ++i)
    if (has(wanted, i) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) != 0)
      die_errno({"unable to raise ambient capability ", capability_name(i)});
}

}  // namespace

void prepare_privileges(const Privileges& wanted) {
  if (wanted.bounding) drop_from_bounding_set(*wanted.bounding);
  if ((wanted.inheritable || wanted.ambient || wanted.secure_bits) &&
      prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
    die_errno({"unable to keep capabilities"});
}

void apply_privileges(const Privileges& wanted) {
  if (!wanted.inheritable && !wanted.ambient && !wanted.secure_bits) return;
  Sets sets = read_sets();
  // A user who is not root has lost them from the effective set by now; root has not.
  const CapabilitySet effective = sets.effective;
  const CapabilitySet known = known_capabilities();
  const CapabilitySet ambient = wanted.ambient.value_or(0) & known;
  if (wanted.inheritable) sets.inheritable = *wanted.inheritable & known;
  sets.inheritable |= ambient;
  // Setting the sets and the bits may itself take this one.
  sets.effective |= sets.permitted & CapabilitySet{1} << CAP_SETPCAP;
  write_sets(sets);
  if (wanted.ambient) set_ambient(ambient);
  if (wanted.secure_bits &&
      prctl(PR_SET_SECUREBITS, static_cast<unsigned long>(*wanted.secure_bits), 0, 0, 0) != 0)
    die_errno({"unable to set secure bits"});
  // What is still to be done, such as the lock, is done with the user's rights.
  sets.effective = effective;
  if (effective == 0) sets.permitted = sets.permitted & ambient;
  write_sets(sets);
}

void permit_reopening() {
  constexpr mode_t added[] = {0044, 0022, 0022};
  for (int fd = 0; fd < 3; ++fd) {
    struct statfs system {};
    struct stat info {};
    // Not a FIFO, which others can reach by its name.
    if (fstatfs(fd, &system) == 0 && system.f_type == PIPEFS_MAGIC && fstat(fd, &info) == 0)
      static_cast<void>(fchmod(fd, (info.st_mode & 0777) | added[fd]));
  }
}

bool may_drop_capabilities() { return has(read_sets().effective, CAP_SETPCAP); }

void drop_capabilities(CapabilitySet set) {
  drop_from_bounding_set(~set);
  Sets sets = read_sets();
  sets = {sets.effective & ~set, sets.permitted & ~set, sets.inheritable & ~set};
  write_sets(sets);
}

void forbid_new_privileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die_errno({"unable to forbid new privileges"});
}

void join_keyring(KeyringMode mode, bool try_only) {
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) == -1)
    return die_or_warn(try_only, {"unable to join a keyring"});
  if (mode == KeyringMode::shared &&
      syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING) != 0)
    die_or_warn(try_only, {"unable to link the user's keyring"});
}

void set_death_signal(int number, pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(number), 0, 0, 0) != 0)
    die_errno({"unable to set the death signal"});
  // It may have ended before this.
  if (getppid() != parent) die({"unable to set the death signal: the parent has ended"});
}

void set_oom_score(int score, bool try_only) {
  constexpr char file[] = "/proc/self/oom_score_adj";
  const Fd fd = open_write(AT_FDCWD, file);
  if (!fd || !write_all(fd.get(), Digits(score))) die_or_warn(try_only, {"unable to write ", file});
}

}  // namespace stoker
