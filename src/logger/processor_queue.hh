// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <optional>

#include "base/child.hh"
#include "base/clock.hh"
#include "logger/log_directory.hh"
#include "logger/processor.hh"
#include "logger/settle.hh"
#include "logger/store_settings.hh"

namespace stoker {

// The old logs that wait for the processor: @LABEL.u, safely on disk.
class ProcessorQueue {
 public:
  ProcessorQueue(const StoreName& name, const LogDirectory& directory,
                 const StoreSettings& settings, const Settler& settler)
      : directory_(directory), settings_(settings), settler_(settler), processor_(name) {}

  // One more waits; or this is how many do.
  void add() { ++waiting_; }
  void set_size(size_t waiting) { waiting_ = waiting; }
  // Must no more be added?
  bool is_full() const;

  // Starts the processor on the oldest, unless it is running.
  void start();
  bool running() const { return processor_.running(); }
  // Is this file being processed?
  bool has_in_hand(const char* name) const {
    return running() && processor_.source().view() == name;
  }
  // Is something being processed, or about to be?
  bool has_work() const { return running() || (waiting_ != 0 && processor_.may_start()); }
  // When to call start().
  Moment deadline() const;
  // The name of a file that has been processed, if the death is that of its processor.
  std::optional<ArchiveName> ended(const Death& death);
  void give_up() { processor_.give_up(); }

 private:
  ArchiveName oldest() const;

  const LogDirectory& directory_;
  const StoreSettings& settings_;
  const Settler& settler_;
  Processor processor_;
  size_t waiting_ = 0;
};

}  // namespace stoker
