// SPDX-License-Identifier: ISC
#include "base/string_arena.hh"

#include <sys/mman.h>

#include <algorithm>

namespace stoker {

void* StringArena::reserve(size_t size) {
  if (size <= room_.size() - used_) {
    char* const place = room_.data() + used_;
    constexpr size_t unit = alignof(void*);
    used_ = std::min(room_.size(), (used_ + size + unit - 1) / unit * unit);
    return place;
  }
  void* const pages =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

char* StringArena::keep(std::string_view text) {
  auto* const place = static_cast<char*>(reserve(text.size() + 1));
  if (place != nullptr) *std::copy(text.begin(), text.end(), place) = '\0';
  return place;
}

}  // namespace stoker
