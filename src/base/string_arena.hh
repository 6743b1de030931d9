// SPDX-License-Identifier: ISC
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace stoker {

// Stores strings that are never freed: short ones packed in a buffer, so that they do not take a
// page each, long ones in mapped pages.
class StringArena {
 public:
  // A NUL-terminated copy; null if there is no memory.
  char* keep(std::string_view text);
  // Uninitialised memory, aligned for pointers; null if there is none.
  void* reserve(size_t size);

 private:
  size_t used_ = 0;
  alignas(void*) std::array<char, 192> room_;
};

}  // namespace stoker
