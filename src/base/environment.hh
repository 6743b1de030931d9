// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// The environment of this process, changed without the heap: in place, or in mapped pages once
// entries are added. Call `adopt_process` once, early in main.
class Environment {
 public:
  static constexpr size_t room = 16;

  // Takes over `environ`. False if there is no memory.
  [[nodiscard]] bool adopt_process();

  // Sets "NAME=value", which must stay valid. Returns the entry it replaces, or null. At most
  // `room` new names may be added.
  char* set(char* entry);

  void unset(std::string_view name);
  const char* get(std::string_view name) const;  // null if it is not set

  char* const* entries() const { return entries_; }

 private:
  char** find(std::string_view name) const;
  char** entries_ = nullptr;
  char** larger_ = nullptr;  // written to only when needed
  size_t count_ = 0, size_ = 0;
};

// Variables that are set for a while: what they replace is back when this ends.
class TemporaryVariables {
 public:
  static constexpr size_t most = 4;

  explicit TemporaryVariables(Environment& environment) : environment_(environment) {}
  TemporaryVariables(const TemporaryVariables&) = delete;
  TemporaryVariables& operator=(const TemporaryVariables&) = delete;
  ~TemporaryVariables();

  // Sets "NAME=value", which must stay valid. At most `most` of other names; more are ignored.
  void set(char* entry);

 private:
  struct Changed {
    char* entry;
    char* before;  // null: it was not set
  };

  Environment& environment_;
  Changed changed_[most];
  size_t count_ = 0;
};

// The current directory with its symbolic links: `pwd` ($PWD, may be null) if that is correct,
// else the physical path.
PathText logical_directory(const char* pwd);

}  // namespace stoker
