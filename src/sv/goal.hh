// SPDX-License-Identifier: ISC
// Is a service where a command was to bring it? Pure predicates over its status
// before the command and now.
#pragma once
#include <string_view>

#include "service/status.hh"

namespace stoker {

// In the order of weight: of several letters the heaviest counts.
enum class Progress : uint8_t {
  reached,
  checks,   // reached if the service's ./check agrees
  waiting,  // not yet
  failed,   // and it will not get there
};

// `letters` as in a Verb. The goal `x` is not for here: it is reached when the
// supervisor has gone.
Progress progress(std::string_view letters, const StatusFile& before, const StatusFile& after);

}  // namespace stoker
