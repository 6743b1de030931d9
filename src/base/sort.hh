// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <span>
#include <utility>

#include "base/function_ref.hh"

namespace stoker {

// Sorts whatever is numbered from 0, in place. Equal things end up in any order. One copy of the
// code for all: std::sort is instantiated, 2 kB of it, for each type.
void sort(size_t count, FunctionRef<bool(size_t, size_t)> before,
          FunctionRef<void(size_t, size_t)> swap);

template <typename Thing, typename Before>
void sort(std::span<Thing> things, Before before) {
  sort(
      things.size(), [&](size_t one, size_t other) { return before(things[one], things[other]); },
      [&](size_t one, size_t other) { std::swap(things[one], things[other]); });
}

}  // namespace stoker
