// SPDX-License-Identifier: ISC
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <span>

namespace stoker {

// An array of a size known at run time, in mapped pages instead of the heap.
template <typename Thing>
class MappedArray {
 public:
  explicit MappedArray(size_t count) {
    void* const memory =
        mmap(nullptr, size(count), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    first_ = static_cast<Thing*>(memory);
    count_ = count;
    for (Thing& thing : all()) std::construct_at(&thing);
  }
  ~MappedArray() {
    if (first_ == nullptr) return;
    for (Thing& thing : all()) std::destroy_at(&thing);
    munmap(first_, size(count_));
  }
  MappedArray(const MappedArray&) = delete;
  MappedArray& operator=(const MappedArray&) = delete;

  // False if there is no memory; see errno.
  explicit operator bool() const { return first_ != nullptr; }
  std::span<Thing> all() const { return {first_, count_}; }

 private:
  // mmap fails for size 0.
  static size_t size(size_t count) { return (count + 1) * sizeof(Thing); }

  Thing* first_ = nullptr;
  size_t count_ = 0;
};

}  // namespace stoker
