// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "chain/plan.hh"

namespace stoker {

// Removes from the environment everything that no `keep` names.
void clear_environment(std::span<const EnvChange> changes);

// Makes all other changes, in order.
void apply_env_changes(std::span<const EnvChange> changes);

}  // namespace stoker
