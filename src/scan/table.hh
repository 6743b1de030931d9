// SPDX-License-Identifier: ISC
#pragma once
#include <sys/mman.h>

#include <span>

namespace stoker {

// Zeroed pages that cost nothing until they are used; kept for good. Empty, with errno, if the
// system has no room for them.
template <typename Element>
std::span<Element> make_table(size_t count) {
  auto* const pages = mmap(nullptr, count * sizeof(Element), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return {};
  return {static_cast<Element*>(pages), count};
}

}  // namespace stoker
