// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>

namespace stoker {

// What a successor needs of a control group.
struct SavedGroup {
  uint64_t inode = 0;         // of the group; 0: there is none
  uint32_t memory_kills = 0;  // when the run began

  bool operator==(const SavedGroup&) const = default;
};

}  // namespace stoker
