// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "base/fd.hh"
#include "base/report.hh"
#include "logdir/archive.hh"
#include "svlog/files.hh"
#include "svlog/selection.hh"
#include "svlog/window.hh"

namespace stoker {

// A position between files: behind the old log `label`, and behind `ahead` files more that
// had not become old logs when they were read.
struct LogPosition {
  Tai64n label;
  uint32_t ahead = 0;
};

// The files of one log, one after the other, while others rename and remove them: the old
// logs in their order, then `current`.
class LogSequence {
 public:
  enum class Kind : uint8_t { archive, middle, live };

  // Once. `path` and `selection` are lent.
  void prepare(const char* path, const Selection& selection, size_t memory);

  // Opens the directory. False with errno.
  [[nodiscard]] bool open();
  bool is_open() const { return static_cast<bool>(directory_); }
  // Has another directory taken the place of the one that is open?
  bool is_replaced() const;
  // Opens that one, if there is one, and starts at its oldest file.
  void reopen();

  // Opens the next file that is wanted. False if there is none (for now).
  bool open_next();
  void end_file();
  // Has `current`, which is open, been rotated? Then it is read to its end as it is now. Also
  // true for one that has been cut short, which is read again.
  bool became_old(bool& cut_short);

  // The file that is open.
  LogWindow& window() { return window_; }
  const LogWindow& window() const { return window_; }
  LogWindow::Fill fill() { return window_.fill(&ahead_); }
  Kind kind() const { return kind_; }
  // May more be written to it that is to be waited for?
  bool may_grow() const { return kind_ == Kind::live && selection_->follow; }
  // Its label, or when it was last changed.
  const Tai64n& file_time() const { return file_time_; }

  const OldLogs& old() const { return old_; }
  const LogPosition& position() const { return at_; }
  // The next file is the one behind this old log.
  void set_label(const Tai64n& label) { at_.label = label; }
  // Moves to a position, with no file open.
  void go_to(const LogPosition& position);

 private:
  bool open_window(LogWindow& window, const OldLog& old) const;
  bool open_archive(const OldLog& old);
  bool open_middle();
  bool open_live(Fd file);
  void begin_file(Kind kind, std::string_view name, const Tai64n& time);
  bool is_wanted_after(const Tai64n& label) const;
  void read_ahead(const OldLog& old);
  void complain(std::string_view what, std::string_view name);

  const char* path_ = nullptr;
  const Selection* selection_ = nullptr;
  Fd directory_;
  OldLogs old_;
  LogPosition at_;
  bool done_ = false;
  Complaint complaint_;

  LogWindow window_, ahead_;
  Tai64n ahead_label_;
  Kind kind_ = Kind::archive;
  ArchiveName name_;
  ino_t inode_ = 0;
  Tai64n file_time_;
};

}  // namespace stoker
