// SPDX-License-Identifier: ISC
#include "svlog/line_store.hh"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/report.hh"

namespace stoker {

LineStore::~LineStore() {
  text_.free();
  ends_.free();
}

// Copied into twice as many pages when they are full, so that each byte is copied once on average.
void LineStore::Pages::append(std::string_view text) {
  if (used + text.size() > size) {
    constexpr size_t first = 1 << 20;
    const size_t larger = std::max({first, 2 * size, used + text.size()});
    void* const memory =
        mmap(nullptr, larger, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die_errno({"unable to get memory"});
    char* const moved = static_cast<char*>(memory);
    if (used > 0) memcpy(moved, start, used);
    free();
    start = moved;
    size = larger;
  }
  memcpy(start + used, text.data(), text.size());
  used += text.size();
}

void LineStore::Pages::free() {
  if (start != nullptr) munmap(start, size);
  start = nullptr;
}

void LineStore::append(std::string_view text) {
  if (!text.empty()) text_.append(text);
}

void LineStore::end_line() {
  char bytes[sizeof(size_t)];
  memcpy(bytes, &text_.used, sizeof bytes);
  ends_.append({bytes, sizeof bytes});
}

size_t LineStore::end_of(size_t at) const {
  size_t end = 0;
  memcpy(&end, ends_.start + at * sizeof end, sizeof end);
  return end;
}

std::string_view LineStore::line(size_t at) const {
  const size_t begin = at == 0 ? 0 : end_of(at - 1);
  return {text_.start + begin, end_of(at) - begin};
}

}  // namespace stoker
