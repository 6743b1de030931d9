// SPDX-License-Identifier: ISC
#pragma once
#include <memory>
#include <type_traits>

#include "base/rare_memory.hh"

namespace stoker {

// One object, mapped when it is first made: for what hardly any process needs, so that the others
// pay a pointer. It stays until the process ends or executes a program.
template <typename Thing>
class MappedObject {
 public:
  static_assert(std::is_trivially_destructible_v<Thing>);

  // Has it been made?
  explicit operator bool() const { return thing_ != nullptr; }
  Thing* operator->() const { return thing_; }
  Thing& operator*() const { return *thing_; }

  // Makes it, unless that was done before. Null if there is no memory; see errno.
  Thing* make() {
    if (thing_ != nullptr) return thing_;
    void* const memory = reserve_rare_memory(sizeof(Thing));
    if (memory != nullptr) thing_ = std::construct_at(static_cast<Thing*>(memory));
    return thing_;
  }

 private:
  Thing* thing_ = nullptr;
};

}  // namespace stoker
