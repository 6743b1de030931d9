// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "svlog/line.hh"
#include "svlog/log_sequence.hh"
#include "svlog/selection.hh"
#include "svlog/zone.hh"

namespace stoker {

// The lines of the file that a sequence has open, with their times. Lines that cannot match
// may be passed over.
class LineScanner {
 public:
  explicit LineScanner(LogSequence& files) : files_(files) {}

  // Once. The selection is lent.
  void prepare(const Selection& selection) { selection_ = &selection; }

  // A file has been opened.
  void begin_file(const Tai64n& file_time);
  // The file was cut short, and is read again.
  void restart_file() { scanned_ = 0; }
  // Nothing is wanted of the file from there on; empty: it is not known.
  void set_end(const std::optional<uint64_t>& end) { end_ = end; }
  // All lines there are have been read: those without stamps are of the time they come.
  void wait_for_lines() {
    if (!stamped_) time_ = tai_now();
  }
  // What follows is not behind the last line.
  void forget_line() {
    line_ = {};
    cut_.clear();
  }

  // Takes the next line. False at the end of the file, for now.
  bool take();
  // Valid until take().
  const LogLine& line() const { return line_; }

  WallClock& clock() { return clock_; }

 private:
  bool take_whole_line();
  bool skips() const;
  void skip_to_needle();
  void note_last_stamp(std::string_view text);
  void note_cut();

  LogSequence& files_;
  const Selection* selection_ = nullptr;
  WallClock clock_;
  LogLine line_;
  Text<3> before_;           // LogLine::before
  Text<3> cut_;              // the same for the next line
  Tai64n time_;              // of the last stamp, or of the file
  Tai64n time_before_;       // the same, at the end of the file before
  bool stamped_ = false;     // a stamp has been seen in it
  bool begun_ = false;       // a line has been seen in it
  bool has_needle_ = false;  // the next line has what it must contain
  size_t scanned_ = 0;       // so much of what is unread has no newline
  std::optional<uint64_t> end_;
};

}  // namespace stoker
