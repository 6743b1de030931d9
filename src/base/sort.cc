// SPDX-License-Identifier: ISC
#include "base/sort.hh"

namespace stoker {

namespace {

// Lets a thing sink in a heap, whose first is the last in order.
void sink(size_t at, size_t count, FunctionRef<bool(size_t, size_t)> before,
          FunctionRef<void(size_t, size_t)> swap) {
  for (size_t child = 2 * at + 1; child < count; at = child, child = 2 * at + 1) {
    if (child + 1 < count && before(child, child + 1)) ++child;
    if (!before(at, child)) return;
    swap(at, child);
  }
}

}  // namespace

void sort(size_t count, FunctionRef<bool(size_t, size_t)> before,
          FunctionRef<void(size_t, size_t)> swap) {
  for (size_t at = count / 2; at > 0; --at) sink(at - 1, count, before, swap);
  for (size_t left = count; left > 1; --left) {
    swap(0, left - 1);
    sink(0, left - 1, before, swap);
  }
}

}  // namespace stoker
