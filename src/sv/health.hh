// SPDX-License-Identifier: ISC
// Is a service healthy? Pure; `sv health` asks this for a whole tree.
#pragma once
#include <string_view>

#include "client/view.hh"

namespace stoker {

enum class Fitness : uint8_t { fine, not_ready, unhealthy, failed };

// A service that is meant to be down is fine, unless it has failed.
Fitness fitness_of(const View& view);

}  // namespace stoker
