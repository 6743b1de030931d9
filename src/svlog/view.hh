// SPDX-License-Identifier: ISC
// Several logs shown as one.
#pragma once
#include <span>

#include "base/function_ref.hh"
#include "svlog/find.hh"
#include "svlog/format.hh"
#include "svlog/log_reader.hh"
#include "svlog/merge.hh"
#include "svlog/options.hh"
#include "svlog/watch.hh"

namespace stoker {

// A log that is shown.
struct ViewedLog {
  const LogPlace* place = nullptr;
  LogReader reader;
  Watched watched;
  bool waits = false;    // its next line is in the merge
  bool changed = false;  // its directory has, or has been replaced
};

// Each log takes two descriptors: asks for as many as there may be.
void raise_descriptor_limit();

// Takes the lines that are shown; what it refers to is lent.
struct LineSink {
  FunctionRef<void(const LogLine&, const Speaker&, const Cursor&)> print;
  FunctionRef<void()> pause;  // there are no more lines for now: before the output is flushed
};

class LogView {
 public:
  // All of it is lent. The logs are in the order of their names.
  LogView(std::span<ViewedLog> logs, std::span<WaitingLine> room, const LineSink& sink,
          ReaderOutput& output)
      : logs_(logs), order_(room), sink_(sink), output_(output) {}

  // Opens the logs. A log that does not exist may appear later, if it `may_come`; otherwise
  // it dies.
  void open(const Selection& selection, bool may_come);

  // Where to begin.
  void seek(const ReadOptions& options);

  // Shows the lines that are there.
  void show();
  // Shows new lines, until standard output has no reader any more.
  void follow();

 private:
  void seek_cursors(std::span<const Cursor> cursors);
  void seek_last(uint64_t lines);
  bool advance(ViewedLog& log, size_t number);
  void show_waiting();
  void watch_all();
  void note_change(int change);
  void check_directories();

  std::span<ViewedLog> logs_;
  MergeOrder order_;
  const LineSink sink_;
  ReaderOutput& output_;
  uint64_t skipped_ = 0;  // lines that are not shown at first
  Tai64n latest_;         // of all lines shown
  LogWatch watch_;
};

}  // namespace stoker
