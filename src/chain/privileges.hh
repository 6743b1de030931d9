// SPDX-License-Identifier: ISC
// What the program may do beyond its user's rights, and may not. Only Linux knows
// these; elsewhere, asking for one is an error.
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

// Before the user changes: drops what may be dropped only then, and keeps what the
// other half needs.
void prepare_privileges(const Privileges& wanted);
// After the user has changed, or would have.
void apply_privileges(const Privileges& wanted);

// Gives these up for ever.
void drop_capabilities(CapabilitySet set);

void forbid_new_privileges();

// The signal this process gets when its parent ends, which was `parent` at first.
void set_death_signal(int number, pid_t parent);

// How willingly the system kills it when memory runs out: -1000 to 1000.
void set_oom_score(int score);

}  // namespace stoker
