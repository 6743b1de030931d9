// SPDX-License-Identifier: ISC
#pragma once
#include <array>
#include <cstddef>
#include <span>

namespace stoker {

// A list of bounded size, without the heap.
template <typename Item, size_t most>
class List {
 public:
  // False if the list is full.
  [[nodiscard]] bool add(const Item& item) {
    if (count_ == most) return false;
    items_[count_++] = item;
    return true;
  }
  bool empty() const { return count_ == 0; }
  std::span<const Item> items() const& { return {items_.data(), count_}; }
  void items() const&& = delete;  // the items would be gone

 private:
  std::array<Item, most> items_ = {};
  size_t count_ = 0;
};

}  // namespace stoker
