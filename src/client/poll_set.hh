// SPDX-License-Identifier: ISC
// Waits for many services at once: by their events, by the end of their supervisors,
// and by looking now and then at those that tell nothing.
#pragma once
#include <poll.h>

#include "base/mapped_array.hh"
#include "client/service_handle.hh"

namespace stoker {

class PollSet {
 public:
  // For up to `count` handles. Takes what signals a waiting client needs, and makes
  // room for its descriptors.
  explicit PollSet(size_t count);

  // Targets must be poll_only: there are not enough descriptors to keep some for each.
  bool poll_only() const { return poll_only_; }

  // One round: begin, add those that are waited for, sleep.
  void begin() {
    used_ = 0;
    next_probe_ = never;
  }
  void add(ServiceHandle& handle);
  // Also wakes when this descriptor, standard output say, is broken.
  void add_output(int fd);
  void sleep(Moment deadline);
  // Since the sleep: is there a reason to probe at it again?
  bool has_changed(const ServiceHandle& handle) const;
  bool output_broken() const { return output_broken_; }

  // The signal that asks this program to end, or 0.
  int interrupted();

 private:
  MappedArray<pollfd> fds_;
  size_t used_ = 0;
  Moment next_probe_ = never;
  Moment woken_ = 0s;
  size_t output_ = 0;
  bool output_broken_ = false;
  bool watches_output_ = false;
  bool poll_only_ = false;
  bool ignores_hangup_ = false;
};

// Plans the next timed probe at a handle that has no events; each pause is twice the
// one before, up to 100 ms.
void plan_probe(ServiceHandle& handle, Moment from);

// Ends this program by the signal, as if it had never been caught.
[[noreturn]] void die_by(int signal);

}  // namespace stoker
