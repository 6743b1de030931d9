// SPDX-License-Identifier: ISC
#pragma once
#include "base/mapped_memory.hh"
#include "logger/backlog.hh"
#include "logger/format.hh"
#include "logger/store.hh"

namespace stoker {

// Lines kept in memory while the store cannot write them, where the policy allows that.
class OverflowBuffer {
 public:
  OverflowBuffer(LogStore& store, Formatter& formatter) : store_(store), formatter_(formatter) {}

  void configure(const Overflow& want) { overflow_ = want; }

  // Has it taken over from the disk?
  bool active() const { return static_cast<bool>(memory_); }

  // Takes what is left of the formatter's batch into memory. False where the policy is to
  // wait, or there is no memory.
  bool keep(OutputBuffer& output);

  // True when lines may go to the disk directly again.
  bool drain();

  // When to attend to it although no line comes.
  Moment deadline() const { return waits() ? store_.retry() : never; }
  void attend();

  // At the end: writes all. False if that fails.
  [[nodiscard]] bool finish();

 private:
  bool waits() const { return active() && !backlog_.empty(); }
  bool write();
  void note_gap();

  LogStore& store_;
  Formatter& formatter_;
  Overflow overflow_;
  MappedMemory memory_;
  Backlog backlog_;
};

}  // namespace stoker
