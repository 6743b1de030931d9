// SPDX-License-Identifier: ISC
#include "logger/store.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "logdir/names.hh"
#include "logdir/readable.hh"

namespace stoker {

namespace {

int64_t wall_seconds() { return seconds_since_1970(tai_now()); }

}  // namespace

bool LogStore::pause(const TroubleWords& what) {
  trouble_ = errno;
  name_.complain(complaint_, what);
  retry_ = now() + pause_time;
  return false;
}

void LogStore::info(Words what) const {
  if (settings_.verbose) say("info", what);
}

Tai64n LogStore::take_stamp() {
  newest_ = next_archive_stamp(newest_, tai_now());
  return newest_;
}

bool LogStore::postponed() const {
  const size_t most = settings_.limits.keep;
  return settings_.processor != nullptr && most != 0 && waiting_ >= most;
}

void LogStore::plan_rotation(int64_t since_1970) {
  const auto& time = settings_.limits.rotate_at;
  if (time) daily_ = next_time_of_day(*time, since_1970);
}

bool LogStore::daily_rotation_due() const {
  return settings_.limits.rotate_at && is_time(daily_, wall_seconds());
}

LogLimits LogStore::limits() const {
  LogLimits limits = settings_.limits;
  // Old logs are never thrown away before they are processed, and a service is not
  // stopped for a processor that is slow or broken; so `current` grows.
  if (postponed()) limits.size = 0;
  return limits;
}

bool LogStore::rotation_due() const {
  if (size_ == 0 || postponed()) return false;
  const Moment age = settings_.limits.age;
  return rotation_wanted_ || (age != Moment::zero() && now() >= born_ + age) ||
         daily_rotation_due();
}

Moment LogStore::deadline() const {
  Moment next = never;
  if (rotation_ != Rotation::none || rotation_due()) {
    next = retry_;
  } else if (size_ != 0 && !postponed()) {
    if (settings_.limits.age != Moment::zero()) next = born_ + settings_.limits.age;
    if (settings_.limits.rotate_at)
      next = std::min(next, now() + std::chrono::seconds(daily_ - wall_seconds()));
  }
  next = std::min(next, expires_);
  // While files are on their way to disk, the end of that wakes us.
  if (waiting_ != 0 && !processor_.running() && settler_.idle())
    next = std::min(next, processor_.again());
  return next;
}

void LogStore::begin_file() {
  born_ = now();
  plan_rotation(wall_seconds());
}

bool LogStore::write(std::string_view& data) {
  if (data.empty()) return true;
  if (rotation_ != Rotation::none && !rotate()) return false;
  if (!still_there()) return false;
  while (!data.empty()) {
    const ssize_t written = ::write(current_.get(), data.data(), data.size());
    if (written > 0) {
      if (size_ == 0) begin_file();
      mid_line_ = data[static_cast<size_t>(written) - 1] != '\n';
      size_ += static_cast<uint64_t>(written);
      data.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      const bool full = errno == ENOSPC || errno == EDQUOT;
      if (!full || !remove_oldest_when_full()) return pause(name_.words->write);
    }
  }
  complaint_.clear();
  return true;
}

// Somebody may have deleted `current`, or the directory altogether; then lines would
// go where nobody can find them.
bool LogStore::still_there() {
  struct stat found {};
  if (fstat(current_.get(), &found) != 0 || found.st_nlink != 0) return true;
  complaint_.warn({"current has vanished, making it anew: ", path_});
  current_.reset();
  size_ = 0;
  mid_line_ = false;
  rotation_ = Rotation::open;
  return rotate();
}

bool LogStore::leave_current() {
  if (settler_.full()) {
    settler_.settle_oldest();
    harvest();
  }
  const Tai64n stamp = take_stamp();
  const ArchiveName name = archive_name(stamp, archive::unfinished);
  if (renameat(directory(), store::current, directory(), name.c_str()) != 0 && errno != ENOENT)
    return pause(name_.words->rename);
  const std::string_view code =
      settings_.processor != nullptr ? archive::unfinished : settings_.code;
  info({"rename: ", path_, "/current ", archive_name(stamp, code), " ", Digits(size_)});
  if (settings_.processor != nullptr) ++waiting_;
  settler_.add(stamp, std::move(current_), mode());
  return true;
}

bool LogStore::rotate() {
  if (rotation_ == Rotation::none) {
    rotation_wanted_ = false;
    if (size_ == 0) return true;
    if (!leave_current()) {
      rotation_wanted_ = true;
      return false;
    }
    size_ = 0;
    rotation_ = Rotation::reopen;
  }
  if (!open_current()) return false;
  if (rotation_ == Rotation::reopen) {
    mid_line_ = false;
    trim();
    settler_.start();
  }
  rotation_ = Rotation::none;
  return true;
}

void LogStore::harvest() {
  while (const auto settled = settler_.next()) {
    if (!settled->safe || settings_.processor != nullptr) continue;
    const ArchiveName from = archive_name(settled->stamp, archive::unfinished);
    const ArchiveName to = archive_name(settled->stamp, settings_.code);
    if (renameat(directory(), from.c_str(), directory(), to.c_str()) != 0 && errno != ENOENT)
      complaint_.warn_errno({"unable to rename ", path_, "/", from});
    else
      finish_mode(to);
  }
}

ArchiveName LogStore::next_for_processor() {
  ArchiveName next;
  Directory list(directory(), ".");
  while (const char* const name = list ? list.next() : nullptr) {
    if (!archive_stamp(name) || archive_code(name) != archive::unfinished) continue;
    if ((next.empty() || std::string_view(name) < next.view()) && is_complete(name))
      next = ArchiveName(name);
  }
  return next;
}

void LogStore::start_processor() {
  if (waiting_ == 0 || settings_.processor == nullptr || !processor_.may_start()) return;
  const ArchiveName name = next_for_processor();
  if (name.empty()) {
    // Those that wait are still on their way to disk.
    if (settler_.idle()) waiting_ = 0;
    return;
  }
  if (processor_.start(directory(), name, settings_.processor, mode()))
    info({"processing: ", path_, "/", name});
}

void LogStore::child_ended(const Death& death) {
  if (settler_.ended(death)) return;
  if (processor_.ended(death, directory(), settings_.code) != Processor::Outcome::done) return;
  if (waiting_ != 0) --waiting_;
  const ArchiveName name = archive_name(*archive_stamp(processor_.source()), settings_.code);
  finish_mode(name);
  // It may be deleted from now on.
  if (settings_.limits.keep_for != Moment::zero()) expires_ = now();
  info({"processed: ", path_, "/", name});
}

void LogStore::attend(bool may_rotate) {
  harvest();
  const bool unfinished = rotation_ != Rotation::none || rotation_due();
  // A rotation that fails has said so and is tried again later.
  if (may_rotate && unfinished && now() >= retry_) static_cast<void>(rotate());
  if (now() >= expires_) trim();
  settler_.start();
  start_processor();
}

mode_t LogStore::mode() const { return settings_.mode.value_or(store::current_mode); }

// The mark of a clean end is of no more use to a log whose name says it all, and not
// everybody likes it. Who has not asked for a mode gets what runit leaves.
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
  if (current_ && !mid_line_) static_cast<void>(make_safe(current_.get(), mode(), name_));
  current_.reset();
  info({"close: ", path_});
}

void LogStore::close() {
  settle_all();
  lock_.reset();
  directory_.reset();
  in_use_ = false;
}

}  // namespace stoker
