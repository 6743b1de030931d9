// SPDX-License-Identifier: ISC
#pragma once
#include "base/clock.hh"
#include "logdir/archive.hh"
#include "logger/log_directory.hh"
#include "logger/processor_queue.hh"
#include "logger/settle.hh"
#include "logger/store_settings.hh"

namespace stoker {

// Counts the old logs, and deletes those that are too many, too large or too old.
class Trimmer {
 public:
  Trimmer(LogDirectory& directory, const StoreSettings& settings, Settler& settler,
          ProcessorQueue& queue)
      : directory_(directory), settings_(settings), settler_(settler), queue_(queue) {}

  // Logging begins; ages are measured from here.
  void begin();

  // Counts the old logs, and those that wait for the processor for the queue.
  Census survey();

  void trim();
  // When trim() is due.
  Moment due() const { return due_; }
  // Ages have to be looked at again, if there is a limit to them.
  void check_ages() {
    if (settings_.limits.keep_for != Moment::zero()) due_ = now();
  }

  // Deletes the oldest log on a full disk, where that is allowed. False if not; keeps errno.
  [[nodiscard]] bool make_room();

 private:
  bool trim_oldest();
  bool remove(const ArchiveName& name);
  Tai64n time_for_ages() const;
  uint64_t bytes_of(const char* name) const;

  LogDirectory& directory_;
  const StoreSettings& settings_;
  Settler& settler_;
  ProcessorQueue& queue_;
  Moment due_ = never;
  // When logging began, by both clocks.
  Tai64n began_by_wall_;
  Moment began_ = Moment::zero();
};

}  // namespace stoker
