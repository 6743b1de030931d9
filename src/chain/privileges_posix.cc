// SPDX-License-Identifier: ISC
#include "base/report.hh"
#include "chain/privileges.hh"

namespace stoker {

namespace {

[[noreturn]] void die_elsewhere(std::string_view what) {
  die({"unable to ", what, ": not supported on this system"});
}

}  // namespace

void prepare_privileges(const Privileges& wanted) {
  if (wanted.any()) die_elsewhere("set capabilities");
}

void apply_privileges(const Privileges&) {}

void permit_reopening() {}

bool may_drop_capabilities() { return false; }

void drop_capabilities(CapabilitySet) { die_elsewhere("drop capabilities"); }

void join_keyring(KeyringMode, bool) { die_elsewhere("join a keyring"); }

void forbid_new_privileges() { die_elsewhere("forbid new privileges"); }

void set_death_signal(int, pid_t) { die_elsewhere("set the death signal"); }

void set_oom_score(int, bool try_only) {
  if (!try_only) die_elsewhere("adjust the OOM score");
  warn({"unable to adjust the OOM score: not supported on this system"});
}

}  // namespace stoker
