// SPDX-License-Identifier: ISC
// How the services of a tree came up, read from their histories.
#pragma once
#include <optional>

#include "base/mapped_array.hh"
#include "base/string_arena.hh"
#include "client/explainer.hh"
#include "sv/chain.hh"
#include "sv/course.hh"
#include "sv/history_files.hh"

namespace stoker {

class BootRecord {
 public:
  // Of these services. Dies if none of them has a history.
  BootRecord(const Places& places, std::span<char* const> names);

  const Boot& boot() const { return boot_; }
  uint64_t now() const { return now_; }
  // Those of the boot come first: see find_boot().
  std::span<Course> courses() { return courses_.all(); }
  std::span<Course> of_boot() { return courses_.all().first(boot_.count); }
  // courses().size() if it has none.
  size_t find(std::string_view name) const;

  // Marks the critical chain that ends with that course, and gives the indices, the last first.
  std::span<const uint32_t> chain_of(size_t last);
  // Adds why those have failed, or cannot start, that have or cannot.
  void explain();

 private:
  void read(Course& course, std::span<HistoryEntry>& room);
  void find_links();

  const Places& places_;
  const uint64_t now_ = boot_clock();
  MappedArray<Course> courses_;
  MappedMemory entries_;
  Boot boot_;
  std::optional<MappedArray<ChainLink>> links_;
  size_t link_count_ = 0;
  std::optional<MappedArray<uint32_t>> chain_;
  StringArena reasons_;
};

}  // namespace stoker
