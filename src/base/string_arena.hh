// SPDX-License-Identifier: ISC
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace stoker {

// Keeps texts for good: short ones side by side in itself, so that they cost no page each,
// the others in pages of their own.
class StringArena {
 public:
  // A copy with a NUL behind it; null when there is no memory.
  char* keep(std::string_view text);
  // Room for something else, aligned for pointers; null likewise.
  void* reserve(size_t size);

 private:
  size_t used_ = 0;
  alignas(void*) std::array<char, 192> room_;
};

}  // namespace stoker
