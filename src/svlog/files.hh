// SPDX-License-Identifier: ISC
// The old logs in a log directory.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "base/mapped_array.hh"
#include "logdir/archive.hh"

namespace stoker {

struct OldLog {
  Tai64n label;
  ArchiveName name;
};

// Of two files with one label, is the first one the better to be read? A file that a
// processor has finished is better than the one that it was made from, and that is better
// than one that is being written.
bool is_better(std::string_view name, std::string_view than);

// Sorts them, and leaves one for each label: how many are left.
size_t put_in_order(std::span<OldLog> logs);

// The first one with a later label; null if there is none. The logs are in order.
const OldLog* first_after(std::span<const OldLog> logs, const Tai64n& label);
// The last one with that label or an earlier one.
const OldLog* last_until(std::span<const OldLog> logs, const Tai64n& label);

class OldLogs {
 public:
  // Lists what exists now. False with errno.
  [[nodiscard]] bool read(int directory);

  std::span<const OldLog> all() const {
    return logs_ ? std::span<const OldLog>(logs_->all().data(), count_) : std::span<const OldLog>();
  }
  const OldLog* after(const Tai64n& label) const { return first_after(all(), label); }

 private:
  void add_all(int directory);

  std::optional<MappedArray<OldLog>> logs_;
  size_t count_ = 0;
};

}  // namespace stoker
