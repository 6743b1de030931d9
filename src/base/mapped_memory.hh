// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace stoker {

// Zeroed memory from mmap(2), whose size depends on the configuration: mapped when that is read,
// never while lines are processed.
class MappedMemory {
 public:
  MappedMemory() = default;
  explicit MappedMemory(size_t size);  // false in a condition if there is no memory
  MappedMemory(MappedMemory&& from) noexcept
      : start_(std::exchange(from.start_, nullptr)), size_(std::exchange(from.size_, 0)) {}
  MappedMemory& operator=(MappedMemory&& from) noexcept {
    std::swap(start_, from.start_);
    std::swap(size_, from.size_);
    return *this;
  }
  ~MappedMemory();

  explicit operator bool() const { return start_ != nullptr; }
  std::span<char> bytes() const { return {static_cast<char*>(start_), size_}; }

  // Room for `count` objects at the start, which the caller constructs.
  template <typename Object>
  Object* room_for(size_t count) const {
    return count * sizeof(Object) <= size_ ? static_cast<Object*>(start_) : nullptr;
  }

 private:
  void* start_ = nullptr;
  size_t size_ = 0;
};

// Returns whole pages to the system. They stay usable, but their contents are lost.
void release_memory(std::span<char> memory);

}  // namespace stoker
