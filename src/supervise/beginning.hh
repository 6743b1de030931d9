// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>

namespace stoker {

// How this supervisor began.
enum class Beginning : uint8_t {
  fresh,             // by itself; a predecessor from the same boot may have been killed
  takeover,          // svscan saw a predecessor die: what that left is of this boot
  takeover_to_stop,  // … during a shutdown: this supervisor stops what that left
  reexec,            // as the new program of a supervisor
};

}  // namespace stoker
