// SPDX-License-Identifier: ISC
// One log directory, read line by line: its old logs in their order, then `current`, and
// on from there as it is rotated.
#pragma once
#include <cstdint>
#include <optional>

#include "svlog/cursor.hh"
#include "svlog/line_scanner.hh"
#include "svlog/log_sequence.hh"
#include "svlog/selection.hh"

namespace stoker {

class LogReader {
 public:
  LogReader() = default;
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  // Once: how the reader is to work. `path` and `selection` are lent.
  void prepare(const char* path, const Selection& selection, size_t memory);

  // Opens the directory. False with errno.
  [[nodiscard]] bool open() { return files_.open(); }
  bool is_open() const { return files_.is_open(); }

  // Begins at the lines that are wanted. Without it, at the oldest.
  void seek_time();
  // Behind the line of the cursor, in this log. False if that line no longer exists; then it
  // begins with later ones.
  [[nodiscard]] bool seek_cursor(const Cursor& cursor);
  // Behind the lines up to that time, which have been seen.
  void seek_behind(const Tai64n& time, bool with_equal);
  // Before the last `count` lines that are wanted. Returns how many there are, at most `count`.
  uint64_t seek_last(uint64_t count);

  // Goes to the next line that is wanted. False if there is none (for now).
  bool next();
  // Valid until next().
  const LogLine& line() const { return lines_.line(); }
  // Behind that line; all but the time and the name.
  Cursor cursor() const;

  // Switches to the new directory if this one has been replaced, once it has been read to its
  // end.
  void check_directory();

 private:
  bool open_next();
  bool became_old();
  bool next_in_file();
  bool is_wanted();
  bool has_priority(const LogLine& line);
  void skip_by_time();
  void skip_to_offset(uint64_t offset);
  bool is_line_end(uint64_t offset) const;
  uint64_t count_in_file(uint64_t most);

  const Selection* selection_ = nullptr;
  LogSequence files_;
  LineScanner lines_{files_};
  bool caught_up_ = false;              // all that is there has been read
  unsigned priority_ = usual_priority;  // of the last line, if it matters

  // Where to begin.
  std::optional<Tai64n> since_;
  bool not_at_since_ = false;  // lines of just that time have been seen
  bool only_first_ = false;    // what follows the first line is wanted whatever its time
  uint64_t skipped_lines_ = 0;
  std::optional<uint64_t> first_offset_;
  uint64_t counted_offset_ = 0;
  Tai64n cursor_time_;
};

}  // namespace stoker
