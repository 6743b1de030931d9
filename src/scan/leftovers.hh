// SPDX-License-Identifier: ISC
// What still runs when every supervisor is gone. For process 1 that is all there is, also what
// entered its PID namespace from outside; elsewhere its own children, and orphans that become so.
#pragma once
#include <sys/types.h>

#include <array>
#include <span>

#include "base/mapped_memory.hh"
#include "base/text.hh"

namespace stoker {

class Leftovers {
 public:
  // Children that this process had before it became svscan: they are none of its business.
  void note_earlier_children();
  // The same as the program knew them that this process was before.
  std::span<const pid_t> earlier_children() const { return earlier_children_; }
  void note_earlier_child(pid_t pid);

  // Cheap. False: none.
  bool may_exist() const;
  // Looks for them, and sends TERM to each that has not got it yet, or KILL to all. Gives how
  // many there are that may be signaled.
  size_t end(int number);

  // Of the last look: how many, and "name (pid), name (pid)" of the first.
  size_t count() const { return count_; }
  const Text<400>& names() const { return names_; }

 private:
  bool take(pid_t pid, std::string_view name, int number);
  bool is_new(pid_t pid);

  std::array<pid_t, 32> earlier_children_{};
  MappedMemory asked_;  // a bit for each pid that has got TERM
  size_t count_ = 0, named_ = 0;
  Text<400> names_;
};

}  // namespace stoker
