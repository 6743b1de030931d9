// SPDX-License-Identifier: ISC
// Privileges beyond the user's rights, and restrictions. Linux only; elsewhere they are an error.
#pragma once
#include <sys/types.h>

#include <optional>

#include "chain/capabilities.hh"

namespace stoker {

struct Privileges {
  std::optional<CapabilitySet> bounding = {}, inheritable = {}, ambient = {};
  std::optional<unsigned> secure_bits = {};

  bool any() const { return bounding || inheritable || ambient || secure_bits; }
};

// Before the user changes: drops what can only be dropped then, and keeps what the second half
// needs.
void prepare_privileges(const Privileges& wanted);
// After the user has changed, if it does.
void apply_privileges(const Privileges& wanted);

// Standard input, output and error that are pipes can be opened again by another user, as
// /dev/stdout and so on, in their direction only. Nobody gains a pipe by this who has not got it.
// To be called before the user changes; where it is not possible, nothing happens.
void permit_reopening();

// Has this process the capability that dropping others takes?
bool may_drop_capabilities();
// Drops these for good.
void drop_capabilities(CapabilitySet set);

void forbid_new_privileges();

// The signal for this process when its parent exits; `parent` is the original one.
void set_death_signal(int number, pid_t parent);

// The session keyring of this process and its descendants: a new one that is empty, or one that the
// user's own keyring is linked to. With `try_only`, a failure is a warning.
enum class KeyringMode { inherit, separate, shared };
void join_keyring(KeyringMode mode, bool try_only);

// The OOM score adjustment: -1000 to 1000. With `try_only`, a failure is a warning.
void set_oom_score(int score, bool try_only);

}  // namespace stoker
