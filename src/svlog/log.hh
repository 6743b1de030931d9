// SPDX-License-Identifier: ISC
// One log directory, read line by line: its old logs in their order, then `current`, and
// on from there as it is rotated.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/fd.hh"
#include "svlog/cursor.hh"
#include "svlog/files.hh"
#include "svlog/line.hh"
#include "svlog/matcher.hh"
#include "svlog/window.hh"
#include "svlog/zone.hh"

namespace stoker {

// Which lines are wanted of a log.
struct Selection {
  std::optional<Tai64n> since, until;
  const LineMatcher* matcher = nullptr;  // null: all
  bool follow = false;                   // lines that are still to come, too
};

// Where a reader is: behind the old log `label`, and behind `ahead` files more that had
// not become old logs when they were read.
struct LogPosition {
  Tai64n label;
  uint32_t ahead = 0;
};

// A line may be older than the old log before it, if it was stamped when it came and
// written later, and the clock may have been set a little: files that end or begin so near
// to a time are looked into. In nanoseconds.
constexpr uint64_t slack = 60ULL * 1000000000;

class LogReader {
 public:
  // Once: how the reader is to work. `path` and `selection` are lent.
  void prepare(const char* path, const Selection& selection, size_t memory);

  // Opens the directory. False with errno.
  [[nodiscard]] bool open();
  bool is_open() const { return static_cast<bool>(directory_); }

  // Begins at the lines that are wanted. Without it, at the oldest.
  void seek_time();
  // Behind the line that the cursor tells of, in this log. False if that is not there any
  // more; then it begins with what is later.
  [[nodiscard]] bool seek_cursor(const Cursor& cursor);
  // Behind what somebody has seen of another log up to that time.
  void seek_behind(const Tai64n& time, bool with_equal);
  // So that the last `count` lines that are wanted are still to come; tells how many there
  // are, at most so many.
  uint64_t seek_last(uint64_t count);

  // Goes to the next line that is wanted. False if there is none (for now).
  bool next();
  // Valid until next().
  const LogLine& line() const { return line_; }
  // Behind that line; all but the time and the name.
  Cursor cursor() const;

  // Looks whether the directory has been replaced, and goes over to the new one if the old
  // one has been read to its end.
  void check_directory();

 private:
  enum class Kind : uint8_t { archive, middle, live };

  // Which file is next (read_order.cc).
  bool open_next();
  bool open_archive(const OldLog& old);
  bool open_middle();
  bool open_live(Fd file);
  void begin_file(Kind kind, const Tai64n& file_time);
  bool is_wanted_after(const Tai64n& label) const;
  void read_ahead(const OldLog& old);
  bool became_old();
  void end_file();
  void complain(std::string_view what, std::string_view name);

  // Where to begin (read_seek.cc).
  void skip_by_time();
  void skip_to_offset(uint64_t offset);
  bool is_line_end(uint64_t offset) const;
  uint64_t count_in_file(uint64_t most);

  bool next_in_file();
  bool take_line();
  bool take_whole_line();
  bool skips() const;
  void skip_to_needle();
  bool is_wanted();
  void note_last_stamp(std::string_view text);

  const char* path_ = nullptr;
  const Selection* selection_ = nullptr;
  Fd directory_;
  OldLogs old_;
  LogPosition at_;
  bool done_ = false;

  // The file that is being read.
  LogWindow window_, ahead_;
  Tai64n ahead_label_;
  Kind kind_ = Kind::archive;
  ArchiveName name_;
  ino_t inode_ = 0;
  Tai64n time_;              // of the last stamp, or of the file
  Tai64n time_before_;       // the same, at the end of the file before
  bool stamped_ = false;     // a stamp has been seen in it
  bool begun_ = false;       // a line has been seen in it
  bool caught_up_ = false;   // all that is there has been read
  bool has_needle_ = false;  // the next line has what it must contain
  size_t scanned_ = 0;       // so much of what is unread has no newline

  // Where to begin.
  std::optional<Tai64n> since_;
  bool not_at_since_ = false;  // lines of just that time have been seen
  bool only_first_ = false;    // what follows the first line is wanted whatever its time
  uint64_t skipped_lines_ = 0;
  std::optional<uint64_t> first_offset_;
  uint64_t counted_offset_ = 0;
  std::optional<uint64_t> end_;  // of what is wanted of the file, where that is known
  Tai64n cursor_time_;

  WallClock clock_;
  LogLine line_;
};

}  // namespace stoker
