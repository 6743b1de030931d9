// SPDX-License-Identifier: ISC
// What still runs when every supervisor is gone: orphans that came to svscan. As process 1
// that is all there is; elsewhere only its own children, and what becomes so.
#pragma once
#include <sys/types.h>

#include <array>
#include <span>

namespace stoker {

class Leftovers {
 public:
  // Children that this process had before it became svscan: they are none of its business.
  void note_earlier_children();
  // The same as the program knew them that this process was before.
  std::span<const pid_t> earlier_children() const { return earlier_children_; }
  void note_earlier_child(pid_t pid);

  bool any() const;
  // To each that has not been signaled yet; KILL to all.
  void signal(int number);

 private:
  static constexpr size_t most = 256;
  using Pids = std::array<pid_t, most>;
  std::span<const pid_t> ours(Pids& room) const;

  std::array<pid_t, 32> earlier_children_{};
  Pids signaled_{};
  size_t signaled_count_ = 0;
};

}  // namespace stoker
