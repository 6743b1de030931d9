// SPDX-License-Identifier: ISC
// Setting a resource limit as far as the system permits.
#pragma once
#include <sys/resource.h>

#include <string_view>

namespace stoker {

using Resource = decltype(RLIMIT_AS);

inline bool is_infinite(std::string_view word) { return word == "infinity" || word == "unlimited"; }

// RLIM_INFINITY stands for the highest value that the system permits. With `lower`, other values
// are lowered to it, too. Returns what was set in `limit`; false if the system refuses it.
[[nodiscard]] bool set_resource_limit(Resource resource, struct rlimit& limit, bool lower);

}  // namespace stoker
