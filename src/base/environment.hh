// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// A process's environment that can be changed without the heap: in place, or in pages of
// its own once more is added than was removed. Call `adopt_process` once, early in main.
class Environment {
 public:
  static constexpr size_t room = 8;

  // Takes `environ` over. False when there is no memory.
  [[nodiscard]] bool adopt_process();

  // "NAME=value"; lent, and must stay valid. Replaces an entry of the same name, and
  // gives that back (or null); at most `room` new names may be added.
  char* set(char* entry);

  void unset(std::string_view name);
  const char* get(std::string_view name) const;  // null where it is not set

  char* const* entries() const { return entries_; }

 private:
  char** find(std::string_view name) const;
  char** entries_ = nullptr;
  char** larger_ = nullptr;  // not touched unless it is needed
  size_t count_ = 0, size_ = 0;
};

// The current directory as the user knows it: `pwd` ($PWD, may be null) where that is
// true, with its symbolic links, and the physical path elsewhere.
PathText logical_directory(const char* pwd);

}  // namespace stoker
