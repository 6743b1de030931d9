// SPDX-License-Identifier: ISC
// Waits for many services at once: for their events, for the exit of their supervisors, and by
// probing those that send no events at intervals.
#pragma once
#include <poll.h>

#include <optional>

#include "base/mapped_array.hh"
#include "client/service_handle.hh"

namespace stoker {

class PollSet {
 public:
  // For up to `count` handles. Catches the signals that a waiting client needs, and raises the
  // limit of descriptors.
  explicit PollSet(size_t count);

  // Handles must be poll_only: there are too few descriptors to keep some for each.
  bool poll_only() const { return poll_only_; }

  // One round: begin(), add() each that is waited for, sleep().
  void begin() {
    used_ = 0;
    next_probe_ = never;
  }
  void add(ServiceHandle& handle);
  // Also wakes when the reader of this descriptor, standard output say, has gone.
  void add_output(int fd);
  // … instead: also wakes when it has something to read, or its writer has gone.
  void add_input(int fd);
  void sleep(Moment deadline);
  // After sleep(): is there a reason to probe it again?
  bool has_changed(const ServiceHandle& handle) const;
  bool output_broken() const { return other_woke_; }
  bool has_input() const { return other_woke_; }

  // The signal that asks this program to exit, or 0.
  int interrupted();

 private:
  MappedArray<pollfd> fds_;
  size_t used_ = 0;
  Moment next_probe_ = never;
  Moment woken_ = 0s;
  std::optional<size_t> other_;  // the slot of the output, or of the input
  bool other_woke_ = false;
  bool poll_only_ = false;
  bool ignores_hangup_ = false;
};

// Schedules the next probe of a handle without events; each pause is twice the one before, up
// to 100 ms.
void plan_probe(ServiceHandle& handle, Moment from);

// Kills this program by the signal, as if it had not been caught.
[[noreturn]] void die_by(int signal);

}  // namespace stoker
