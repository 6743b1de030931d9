// SPDX-License-Identifier: ISC
#include "log/pages.hh"

#include <sys/mman.h>

#include <algorithm>

namespace stoker {

Pages::Pages(size_t size) {
  const size_t wanted = std::max<size_t>(size, 1);
  void* const got =
      mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) return;
  start_ = got;
  size_ = wanted;
}

Pages::~Pages() {
  if (start_ != nullptr) munmap(start_, size_);
}

}  // namespace stoker
