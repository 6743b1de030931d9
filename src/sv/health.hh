// SPDX-License-Identifier: ISC
// Is a service healthy? Pure; `sv health` asks this for a whole tree.
#pragma once
#include <string_view>

#include "client/view.hh"

namespace stoker {

enum class Health : uint8_t { fine, not_ready, failed };

// A service that is meant to be down is fine, unless it has failed.
Health health_of(const View& view);

}  // namespace stoker
