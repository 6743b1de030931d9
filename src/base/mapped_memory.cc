// SPDX-License-Identifier: ISC
#include "base/mapped_memory.hh"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace stoker {

MappedMemory::MappedMemory(size_t size) {
  const size_t wanted = std::max<size_t>(size, 1);
  void* const got =
      mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) return;
  start_ = got;
  size_ = wanted;
}

MappedMemory::~MappedMemory() {
  if (start_ != nullptr) munmap(start_, size_);
}

void release_memory(std::span<char> memory) {
#ifdef MADV_DONTNEED
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto start = reinterpret_cast<uintptr_t>(memory.data());
  const uintptr_t first = (start + page - 1) / page * page;
  const uintptr_t end = (start + memory.size()) / page * page;
  // Only advice; if it fails, nothing is lost.
  if (first < end) madvise(memory.data() + (first - start), end - first, MADV_DONTNEED);
#endif
}

}  // namespace stoker
