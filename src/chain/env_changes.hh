// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "chain/plan.hh"

namespace stoker {

// Leaves of the environment only what a `keep` names.
void clear_environment(std::span<const EnvChange> changes);

// All others, one after the other.
void apply_env_changes(std::span<const EnvChange> changes);

}  // namespace stoker
