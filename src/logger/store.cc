// SPDX-License-Identifier: ISC
#include "logger/store.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "logdir/names.hh"
#include "logger/recovery.hh"

namespace stoker {

bool LogStore::retry_later() {
  trouble_ = errno;
  retry_ = now() + pause_time;
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
  if (settings_.keeps_state && !open_append(directory(), store::state, store::current_mode))
    directory_.warn_errno("unable to create ", store::state);
  trimmer_.begin();
  rotation_ = Rotation::open;
  retry_ = Moment::zero();
  in_use_ = true;
}

void LogStore::configure(const StoreSettings& settings) {
  settings_ = settings;
  trimmer_.check_ages();
  if (!in_use_) return;
  if (current_ && settings.mode) fchmod(current_.fd(), settings_.file_mode());
  schedule_.plan_from_now(settings_.limits);
  if (settings.processor == nullptr) Recovery(directory_, settings_).release(queue_);
  static_cast<void>(trimmer_.survey());
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
  return limits;
}

bool LogStore::rotation_due() const {
  if (size() == 0 || queue_.is_full()) return false;
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
    } else if (errno != EINTR) {
      const bool full = errno == ENOSPC || errno == EDQUOT;
      if (!full || !make_room()) return pause(directory_.words().write);
    }
  }
  directory_.trouble_is_over();
  return true;
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
  }
  rotation_ = Rotation::none;
  return true;
}

// An unclean `current` may end in the middle of a line, and is not written to again.
bool LogStore::open_current() {
  if (directory_.is_gone() && !lock()) return retry_later();
  const CurrentFile::Found found = current_.find();
  if (found.unclean && !directory_.set_aside(store::current, archive::unfinished))
    return pause(directory_.words().rename);
  // A logger that is killed again and again never gets to a rotation.
  if (found.unclean) trimmer_.trim();

  if (!current_.open(settings_.file_mode())) return pause(directory_.words().create);
  if (!current_.set_up(settings_.file_mode())) return pause(directory_.words().set_mode);
  schedule_.restart();
  // By the time of its last lines: if it has missed its time to be rotated, that is now.
  if (size() != 0) schedule_.plan(settings_.limits, found.last_written);
  if (rotation_ == Rotation::open) {
    const bool appends = found.present && !found.unclean;
    settings_.info(appends ? "append: " : "new: ", path(), store::current);
  }
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
  queue_.start();
}

// The name of a finished log says that it is complete, so the mark is taken off where a mode
// was asked for. Without one, files stay as runit leaves them.
void LogStore::finish_mode(const ArchiveName& name) const {
  if (settings_.mode) fchmodat(directory(), name.c_str(), *settings_.mode, 0);
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
  if (current_ && !mid_line())
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
