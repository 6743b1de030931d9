// SPDX-License-Identifier: ISC
#include "base/rare_memory.hh"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace stoker {

namespace {

// More than all pieces of a supervisor together. What is not written to takes no memory.
constexpr size_t chunk = 256 * 1024;

// Of the first page, this is for small pieces; those that come later are behind a large one, of
// which often only the begin is written to.
constexpr size_t small_room = 2048, largest_small = 1024;

struct Room {
  char* next = nullptr;
  size_t left = 0;

  char* take(size_t size) {
    if (size > left) return nullptr;
    left -= size;
    return std::exchange(next, next + size);
  }
};
constinit Room small, large;

bool map_more(size_t size) {
  const size_t mapped = std::max(size + small_room, chunk);
  void* const pages =
      mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return false;
  small = {static_cast<char*>(pages), small_room};
  large = {small.next + small_room, mapped - small_room};
  return true;
}

}  // namespace

void* reserve_rare_memory(size_t size) {
  constexpr size_t unit = alignof(std::max_align_t);
  size = (size + unit - 1) / unit * unit;
  if (large.next == nullptr && !map_more(size)) return nullptr;
  if (size <= largest_small)
    if (char* const piece = small.take(size)) return piece;
  if (size > large.left && !map_more(size)) return nullptr;
  return large.take(size);
}

}  // namespace stoker
