// SPDX-License-Identifier: ISC
// The environment of the programs that serve connections: what accept itself was given, prepared
// once, and before it what differs from connection to connection.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/mapped_memory.hh"

namespace stoker {

class ChildEnvironment {
 public:
  static constexpr size_t most_changes = 200;

  // Takes over the entries for which `is_kept(name)`. False if there is no memory.
  template <typename Kept>
  [[nodiscard]] bool prepare(char* const* entries, Kept is_kept) {
    if (!reserve(entries)) return false;
    for (; *entries != nullptr; ++entries)
      if (is_kept(name_of(*entries))) original_[count_++] = *entries;
    restore();
    return true;
  }

  // Forgets what was changed for the last connection.
  void begin();

  // Adds a variable that is not there yet. If there is no room, complete() is false.
  void add(std::string_view name, std::string_view value);
  // The same for any variable, and its removal.
  void set(std::string_view name, std::string_view value);
  void unset(std::string_view name);

  bool complete() const { return !overflowed_; }
  // Valid until the next change.
  char* const* entries() const { return entries_ + first(); }

 private:
  static std::string_view name_of(const char* entry);
  bool reserve(char* const* entries);
  void restore();
  bool append(std::string_view part);

  MappedMemory memory_;
  char** entries_ = nullptr;   // most_changes, those that were taken over, null
  char** original_ = nullptr;  // those that were taken over, null
  size_t first() const { return most_changes - added_; }

  size_t count_ = 0, added_ = 0;
  bool changed_ = false;  // entries_ differs from original_
  bool overflowed_ = false;
  size_t used_ = 0;
  std::array<char, 16384> text_{};
};

}  // namespace stoker
