// SPDX-License-Identifier: ISC
// Landlock: access rights below paths, whoever owns the files.
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

// The rights of each version of Landlock; the headers may be older.
constexpr uint64_t rights_of_1 = (1ULL << 13) - 1;
constexpr uint64_t refer = 1ULL << 13, truncate = 1ULL << 14, device_control = 1ULL << 15;

uint64_t known_rights(long version) {
  return rights_of_1 | (version >= 2 ? refer : 0) | (version >= 3 ? truncate : 0) |
         (version >= 5 ? device_control : 0);
}

constexpr uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t executing = reading | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr uint64_t of_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                              LANDLOCK_ACCESS_FS_EXECUTE | truncate | device_control;

uint64_t rights_for(Allowance::Kind kind) {
  switch (kind) {
  case Allowance::Kind::read: return reading;
  case Allowance::Kind::execute: return executing;
  case Allowance::Kind::write: return ~uint64_t{LANDLOCK_ACCESS_FS_EXECUTE};
  }
  return 0;
}

long landlock_version() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

// Whatever is not in these rights remains permitted.
Fd create_rules(uint64_t handled) {
  // Only what all versions have: the kernel refuses a structure that is too long.
  return Fd(static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
}

bool add_rule(int rules, const char* path, uint64_t rights) {
  const Fd fd(open(path, O_PATH | O_CLOEXEC));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) return false;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(info.st_mode) ? rights : rights & of_files;
  rule.parent_fd = fd.get();
  return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

bool enforce(int rules) { return syscall(SYS_landlock_restrict_self, rules, 0) == 0; }

}  // namespace

void restrict_files(const Jail& jail) {
  const long version = landlock_version();
  const uint64_t known = known_rights(version);
  const Fd rules = version >= 1 ? create_rules(known) : Fd();
  if (!rules) return die_or_warn(jail, {"unable to use Landlock"});
  for (const Allowance& allowance : jail.allowances.items())
    if (!add_rule(rules.get(), allowance.path, rights_for(allowance.kind) & known))
      die_errno({"unable to allow ", allowance.path});
  if (!enforce(rules.get())) die_or_warn(jail, {"unable to use Landlock"});
}

void isolate_processes() {
  // What matters is to be in a domain, whose processes cannot trace others. It must handle some
  // right: one that has been given up anyway, and is permitted. Moving a file to another directory
  // is forbidden in every domain without a rule, and version 1 has none.
  constexpr uint64_t rights = LANDLOCK_ACCESS_FS_MAKE_BLOCK | refer;
  if (landlock_version() < 2) return;
  const Fd rules = create_rules(rights);
  if (rules && add_rule(rules.get(), "/", rights)) static_cast<void>(enforce(rules.get()));
}

}  // namespace stoker
