// SPDX-License-Identifier: ISC
// Is a service as healthy as it should be? Pure; `sv health` asks it of a whole tree.
#pragma once
#include <string_view>

#include "client/view.hh"

namespace stoker {

enum class Health : uint8_t { fine, not_ready, failed };

// A service that is not wanted now is fine, unless it has failed.
Health health_of(const View& view);

}  // namespace stoker
