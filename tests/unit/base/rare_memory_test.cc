// SPDX-License-Identifier: ISC
#include "base/rare_memory.hh"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "catch.hh"

using namespace stoker;

TEST_CASE("pieces of rare memory are aligned, empty and apart, however large they are") {
  std::vector<std::span<char>> pieces;
  for (const size_t size :
       {1, 100, 1024, 60'000, 3, 700, 700, 1025, 300'000, 17, 200'000, 200'000}) {
    char* const piece = static_cast<char*>(reserve_rare_memory(size));
    REQUIRE(piece != nullptr);
    CHECK(reinterpret_cast<uintptr_t>(piece) % alignof(std::max_align_t) == 0);
    const std::span<char> all(piece, size);
    CHECK(std::all_of(all.begin(), all.end(), [](char byte) { return byte == 0; }));
    pieces.push_back(all);
  }
  for (const auto& piece : pieces) std::fill(piece.begin(), piece.end(), '\1');
  std::sort(pieces.begin(), pieces.end(),
            [](const auto& one, const auto& other) { return one.data() < other.data(); });
  for (size_t at = 1; at < pieces.size(); ++at)
    CHECK(pieces[at - 1].data() + pieces[at - 1].size() <= pieces[at].data());
}

TEST_CASE("small pieces share a page with the begin of a large one") {
  const auto page = [](const void* place) { return reinterpret_cast<uintptr_t>(place) / 4096; };
  // Whatever is left of an earlier chunk is used up by this.
  for (int i = 0; i < 3; ++i) REQUIRE(reserve_rare_memory(100'000) != nullptr);
  const void* const fresh = reserve_rare_memory(250'000);
  const void* const one = reserve_rare_memory(600);
  const void* const other = reserve_rare_memory(600);
  CHECK(page(one) == page(fresh));
  CHECK(page(other) == page(fresh));
}
