// SPDX-License-Identifier: ISC
#include <sys/auxv.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#include "base/stack.hh"

namespace stoker {

namespace {

// More than any call of ours uses: what is kept for a successor is a message of 60 kB, of which
// two are compared. The kernel keeps a larger gap between the stack and other mappings.
constexpr ptrdiff_t depth = 256 * 1024;
// The frame of the call itself.
constexpr ptrdiff_t room = 512;

}  // namespace

void give_back_stack() {
  const auto page = static_cast<uintptr_t>(getauxval(AT_PAGESZ));
  char* const here = static_cast<char*>(__builtin_frame_address(0)) - room;
  char* const end = here - reinterpret_cast<uintptr_t>(here) % page;
  madvise(end - depth, depth, MADV_DONTNEED);
}

}  // namespace stoker
