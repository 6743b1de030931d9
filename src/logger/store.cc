// SPDX-License-Identifier: ISC
#include "logger/store.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "logdir/names.hh"
#include "logger/recovery.hh"

namespace stoker {

bool LogStore::retry_later(Moment pause) {
  trouble_ = errno;
  retry_ = now() + pause;
  return false;
}

bool LogStore::pause(const TroubleWords& what) {
  const int reason = errno;
  directory_.complain(what);
  errno = reason;
  return retry_later();
}

void LogStore::begin() {
  directory_.set_newest(trimmer_.survey().newest());
  Recovery(directory_, settings_).run();
  // What recovery has renamed is counted now.
  static_cast<void>(trimmer_.survey());
  // Some processors read it without checking that it exists.
  constexpr int only_new = O_WRONLY | O_CREAT | O_EXCL;
  if (settings_.keeps_state &&
      !open_with(directory(), store::state, only_new, store::current_mode) && errno != EEXIST)
    directory_.warn_errno("unable to create ", store::state);
  trimmer_.begin();
  rotation_ = Rotation::open;
  retry_ = Moment::zero();
  in_use_ = true;
}

void LogStore::configure(const StoreSettings& settings) {
  settings_ = settings;
  refuse_processor();
  trimmer_.check_ages();
  if (!in_use_) return;
  if (current_ && settings.mode) static_cast<void>(current_.set_mode(settings_.file_mode()));
  schedule_.plan_from_now(settings_.limits);
  if (settings_.processor == nullptr) Recovery(directory_, settings_).release(queue_);
  static_cast<void>(trimmer_.survey());
}

// It would run among files that others can replace.
void LogStore::refuse_processor() {
  if (settings_.processor == nullptr || !directory_.is_shared()) return;
  warn({"not running a processor in ", path(), shared_reason});
  settings_.processor = nullptr;
}

bool LogStore::follow() {
  if (!directory_.moved()) return true;
  auto other = directory_.lock_moved();
  if (!other) return false;
  settle_all();
  directory_.go_to(std::move(*other));
  begin();
  return true;
}

LogLimits LogStore::limits() const {
  LogLimits limits = settings_.limits;
  // Old logs are never deleted before they are processed, and a service is not
  // stopped for a processor that is slow or broken; so `current` grows.
  if (queue_.is_full()) limits.size = 0;
  if (largest_ != 0 && (limits.size == 0 || limits.size > largest_)) limits.size = largest_;
  return limits;
}

bool LogStore::rotation_due() const {
  if (size() == 0 || (queue_.is_full() && !is_largest())) return false;
  return rotation_wanted_ || schedule_.due(settings_.limits);
}

Moment LogStore::deadline() const {
  Moment next = never;
  if (rotation_ != Rotation::none || rotation_due())
    next = retry_;
  else if (size() != 0 && !queue_.is_full())
    next = schedule_.next(settings_.limits);
  return std::min({next, trimmer_.due(), queue_.deadline()});
}

bool LogStore::write(std::string_view& data) {
  if (data.empty()) return true;
  if (rotation_ != Rotation::none && !rotate()) return false;
  if (!still_there()) return false;
  while (!data.empty()) {
    const bool was_empty = size() == 0;
    if (current_.append(data)) {
      if (!was_empty) continue;
      schedule_.restart();
      schedule_.plan_from_now(settings_.limits);
    } else if (errno == EFBIG && size() != 0) {
      if (!leave_largest()) return false;
    } else if (errno == EAGAIN) {
      // It leads to a pipe or a terminal that is full at the moment.
      return retry_later(reader_pause);
    } else if (errno != EINTR) {
      const bool full = errno == ENOSPC || errno == EDQUOT;
      if (!full || !make_room()) return pause(directory_.words().write);
    }
  }
  directory_.trouble_is_over();
  return true;
}

// The system allows no larger file: a limit of the process, or of the file system. From now on
// files end with a line before that.
bool LogStore::leave_largest() {
  if (largest_ == 0) warn({"rotating at the largest size that a file may have: ", path()});
  largest_ = size();
  rotation_wanted_ = true;
  return rotate();
}

// `current`, or the whole directory, may have been removed; then lines would be lost.
bool LogStore::still_there() {
  if (!current_.removed()) return true;
  directory_.warn("current has been removed, recreating it: ");
  current_.forget();
  rotation_ = Rotation::open;
  return rotate();
}

bool LogStore::make_room() {
  const int reason = errno;
  // What is deleted while a child still brings it to disk makes no room.
  settle_old_logs();
  errno = reason;
  return trimmer_.make_room();
}

bool LogStore::leave_current() {
  if (settler_.full()) {
    settler_.settle_oldest();
    harvest();
  }
  const Tai64n stamp = directory_.take_stamp();
  const ArchiveName name = archive_name(stamp, archive::unfinished);
  if (!directory_.rename(store::current, name.c_str()) && errno != ENOENT)
    return pause(directory_.words().rename);
  const bool processed = settings_.processor != nullptr;
  const std::string_view code = processed ? archive::unfinished : settings_.code;
  if (settings_.verbose)
    say("info", {"rename: ", path(), "/current ", archive_name(stamp, code), " ", Digits(size())});
  if (processed) queue_.add();
  settler_.add(stamp, current_.release(), settings_.file_mode());
  return true;
}

bool LogStore::rotate() {
  if (rotation_ == Rotation::none) {
    rotation_wanted_ = false;
    if (size() == 0) return true;
    if (!leave_current()) {
      rotation_wanted_ = true;
      return false;
    }
    rotation_ = Rotation::reopen;
  }
  if (!open_current()) return false;
  if (rotation_ == Rotation::reopen) {
    trimmer_.trim();
    settler_.start();
    harvest();
  }
  rotation_ = Rotation::none;
  return true;
}

// An unclean `current` may end in the middle of a line, and is not written to again.
bool LogStore::open_current() {
  using Found = CurrentFile::Found;
  if (directory_.is_gone()) {
    if (!lock()) return retry_later();
    refuse_processor();
  }
  const Found found = current_.find();
  if (found == Found::unclean || found == Found::refused) {
    if (found == Found::unclean) current_.end_cut_line();
    if (!directory_.set_aside(store::current, archive::unfinished))
      return pause(directory_.words().rename);
    if (found == Found::refused) directory_.warn_refused(store::current);
    // A logger that is killed again and again never gets to a rotation.
    trimmer_.trim();
  }

  if (!current_.open(settings_.file_mode())) return pause(directory_.words().create);
  if (!current_.set_up(settings_.file_mode())) return pause(directory_.words().set_mode);
  schedule_.restart();
  // By the time of its last lines: if it has missed its time to be rotated, that is now.
  if (size() != 0) schedule_.plan(settings_.limits, current_.last_written());
  if (rotation_ == Rotation::open)
    settings_.info(found == Found::clean ? "append: " : "new: ", path(), store::current);
  return true;
}

void LogStore::harvest() {
  while (const auto settled = settler_.next()) {
    if (!settled->safe || settings_.processor != nullptr) continue;
    const ArchiveName from = archive_name(settled->stamp, archive::unfinished);
    const ArchiveName to = archive_name(settled->stamp, settings_.code);
    if (!directory_.rename(from.c_str(), to.c_str()) && errno != ENOENT)
      directory_.warn_errno("unable to rename ", from);
    else
      finish_mode(to);
  }
}

void LogStore::child_ended(const Death& death) {
  if (settler_.ended(death)) return;
  const auto name = queue_.ended(death);
  if (!name) return;
  finish_mode(*name);
  // It may be deleted from now on.
  trimmer_.check_ages();
  settings_.info("processed: ", path(), *name);
}

void LogStore::attend(bool may_rotate) {
  harvest();
  const bool unfinished = rotation_ != Rotation::none || rotation_due();
  // A rotation that fails has reported it and is tried again later.
  if (may_rotate && unfinished && now() >= retry_) static_cast<void>(rotate());
  if (now() >= trimmer_.due()) trimmer_.trim();
  settler_.start();
  harvest();
  queue_.start();
}

// The name of a finished log says that it is complete, so the mark is taken off where a mode
// was asked for. Without one, files stay as runit leaves them.
void LogStore::finish_mode(const ArchiveName& name) const {
  if (!settings_.mode) return;
  const Fd file = open_with(directory(), name.c_str(), O_RDONLY | O_NOFOLLOW);
  if (file && is_own_file(file.get())) fchmod(file.get(), *settings_.mode);
}

void LogStore::settle_old_logs() {
  while (!settler_.idle()) {
    settler_.settle_oldest();
    harvest();
  }
  settler_.await_child();
}

void LogStore::settle_all() {
  settle_old_logs();
  if (current_ && current_.is_file() && !mid_line())
    static_cast<void>(make_safe(current_.fd(), settings_.file_mode(), directory_.name()));
  current_.close();
  if (settings_.verbose) say("info", {"close: ", path()});
}

void LogStore::close() {
  settle_all();
  directory_.close();
  in_use_ = false;
}

}  // namespace stoker
