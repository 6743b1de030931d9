// SPDX-License-Identifier: ISC
#pragma once
#include <array>
#include <cstddef>
#include <span>

namespace stoker {

// A short list without the heap.
template <typename Item, size_t most>
class List {
 public:
  // False when it is full.
  [[nodiscard]] bool add(const Item& item) {
    if (count_ == most) return false;
    items_[count_++] = item;
    return true;
  }
  bool empty() const { return count_ == 0; }
  std::span<const Item> items() const& { return {items_.data(), count_}; }
  void items() const&& = delete;  // nothing would be left to look at

 private:
  std::array<Item, most> items_ = {};
  size_t count_ = 0;
};

}  // namespace stoker
