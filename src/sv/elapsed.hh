// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>

#include "base/text.hh"

namespace stoker {

// "0.4 ms", "312 ms", "3.214 s", "5m 12s", "2h 3m".
Text<32> elapsed_text(uint64_t microseconds);

// "3.214000": seconds, as a number for JSON.
Text<32> seconds_number(uint64_t microseconds);

}  // namespace stoker
