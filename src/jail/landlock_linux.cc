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

bool add_rule(int rules, const Allowance& allowance, uint64_t known) {
  const Fd path(open(allowance.path, O_PATH | O_CLOEXEC));
  struct stat info {};
  if (!path || fstat(path.get(), &info) != 0) return false;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights_for(allowance.kind) & known;
  if (!S_ISDIR(info.st_mode)) rule.allowed_access &= of_files;
  rule.parent_fd = path.get();
  return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

void restrict_files(const Jail& jail) {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return die_or_warn(jail, {"unable to use Landlock"});
  // Only what all versions have: the kernel refuses a structure that is too long.
  struct {
    uint64_t handled;
  } const attributes{known_rights(version)};
  const Fd rules(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!rules) return die_or_warn(jail, {"unable to use Landlock"});
  for (const Allowance& allowance : jail.allowances.items())
    if (!add_rule(rules.get(), allowance, attributes.handled))
      die_errno({"unable to allow ", allowance.path});
  if (syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0)
    die_or_warn(jail, {"unable to use Landlock"});
}

}  // namespace stoker
