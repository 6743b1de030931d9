// SPDX-License-Identifier: ISC
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "base/stack.hh"

namespace stoker {

namespace {

// More than any call of ours has below it. What else is mapped lies farther below the
// stack: the kernel keeps a gap.
constexpr uintptr_t depth = 64 * 1024;
// What the call itself stands on.
constexpr uintptr_t room = 512;

}  // namespace

void give_back_stack() {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t end = (reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) - room) & -page;
  madvise(reinterpret_cast<void*>(end - depth), depth, MADV_DONTNEED);
}

}  // namespace stoker
