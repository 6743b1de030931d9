// SPDX-License-Identifier: ISC
// LogStore's start: taking a directory over from whoever wrote it before.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/signals.hh"
#include "logdir/names.hh"
#include "logdir/readable.hh"
#include "logger/store.hh"

namespace stoker {

namespace {

// Makes the directory, and those above it that are missing too.
bool make_directories(const char* path) {
  PathText made;
  for (const char* at = path; *at != '\0'; ++at) {
    if (*at == '/' && !made.empty()) mkdir(made.c_str(), 0755);
    made.append(*at);
  }
  return mkdir(path, store::directory_mode) == 0;
}

Fd open_made(const char* path) {
  Fd directory = open_directory(AT_FDCWD, path);
  if (directory || errno != ENOENT) return directory;
  if (!make_directories(path)) return {};
  return open_directory(AT_FDCWD, path);
}

// A logger that was killed may leave a child behind that holds the lock for the few
// system calls until it lets go of all that is not its business.
bool lock_soon(int file) {
  const Moment deadline = now() + 250ms;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || now() >= deadline) return false;
    wait_until({}, now() + 5ms);
    errno = EWOULDBLOCK;
  }
  return true;
}

bool is_marked_safe(const struct stat& file) { return (file.st_mode & S_IXUSR) != 0; }

}  // namespace

bool LogStore::lock() {
  lock_.reset();
  directory_ = open_made(path_);
  if (!directory_) {
    name_.complain(complaint_, name_.words->open);
    return false;
  }
  lock_ = open_append(directory(), store::lock, store::lock_mode);
  if (!lock_) {
    complaint_.warn_errno({"unable to open lock: ", path_, "/", store::lock});
    return false;
  }
  if (lock_soon(lock_.get())) return true;
  name_.complain(complaint_, name_.words->lock);
  lock_.reset();
  return false;
}

bool LogStore::moved() const {
  struct stat here {
  }, there{};
  if (fstat(directory(), &here) != 0 || stat(path_, &there) != 0) return true;
  return here.st_dev != there.st_dev || here.st_ino != there.st_ino;
}

bool LogStore::follow() {
  if (!moved()) return true;
  Fd directory = std::move(directory_), held = std::move(lock_);
  const bool locked = lock();
  std::swap(directory, directory_);
  std::swap(held, lock_);
  if (!locked) return false;
  settle_all();
  directory_ = std::move(directory);
  lock_ = std::move(held);
  begin();
  return true;
}

void LogStore::begin() {
  newest_ = survey().newest();
  recover();
  // What recovery has renamed is counted now.
  static_cast<void>(survey());
  // Some processors read it without asking whether it is there.
  if (settings_.keeps_state && !open_append(directory(), store::state, store::current_mode))
    complaint_.warn_errno({"unable to create ", path_, "/", store::state});
  began_by_wall_ = tai_now();
  began_ = now();
  rotation_ = Rotation::open;
  retry_ = Moment::zero();
  in_use_ = true;
}

bool LogStore::exists(const char* name) const {
  struct stat found {};
  return fstatat(directory(), name, &found, AT_SYMLINK_NOFOLLOW) == 0;
}

bool LogStore::is_complete(const char* name) const {
  struct stat found {};
  return fstatat(directory(), name, &found, AT_SYMLINK_NOFOLLOW) == 0 && is_marked_safe(found);
}

// Makes an old log of a file, unless it has become one already under a second name.
bool LogStore::set_aside(const char* name, std::string_view code) {
  struct stat found {};
  if (fstatat(directory(), name, &found, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT;
  if (found.st_nlink > 1) return unlinkat(directory(), name, 0) == 0;
  const ArchiveName to = archive_name(take_stamp(), code);
  return renameat(directory(), name, directory(), to.c_str()) == 0;
}

void LogStore::recover_multilog() {
  bool fine = true;
  if (is_complete(store::processed)) {
    // The processor had succeeded, so what it had read is no longer needed.
    if (exists(store::previous)) fine &= unlinkat(directory(), store::previous, 0) == 0;
    fine &= set_aside(store::processed, settings_.code);
  } else if (exists(store::processed)) {
    fine &= unlinkat(directory(), store::processed, 0) == 0;
  }
  fine &= set_aside(store::previous, archive::unfinished);
  if (!fine) complaint_.warn_errno({"unable to recover previous: ", path_});
}

void LogStore::configure(const StoreSettings& settings) {
  settings_ = settings;
  if (settings.limits.keep_for != Moment::zero()) expires_ = now();
  if (!in_use_) return;
  if (current_ && settings.mode) fchmod(current_.get(), mode());
  plan_rotation(seconds_since_1970(tai_now()));
  if (settings.processor == nullptr) release_waiting();
  static_cast<void>(survey());
}

// What waits for a processor waits in vain when there is none any more.
void LogStore::release_waiting() {
  Directory list(directory(), ".");
  while (const char* const name = list ? list.next() : nullptr) {
    const bool being_processed = processing() && processor_.source().view() == name;
    if (!being_processed && archive_code(name) != archive::in_progress) recover_archive(name);
  }
}

void LogStore::recover_archive(const char* name) {
  const auto stamp = archive_stamp(name);
  if (!stamp) return;
  const std::string_view code = archive_code(name);
  if (code == archive::in_progress && unlinkat(directory(), name, 0) != 0)
    complaint_.warn_errno({"unable to unlink processor leftover: ", path_, "/", name});
  if (code != archive::unfinished || !is_complete(name)) return;

  const ArchiveName finished = archive_name(*stamp, settings_.code);
  bool fine = true;
  if (exists(finished.c_str()))
    fine = replace_by_result(directory(), *stamp, path_);
  else if (settings_.processor == nullptr)
    fine = renameat(directory(), name, directory(), finished.c_str()) == 0;
  if (!fine) complaint_.warn_errno({"unable to recover ", path_, "/", name});
}

void LogStore::recover() {
  recover_multilog();
  Directory list(directory(), ".");
  while (const char* const name = list ? list.next() : nullptr) recover_archive(name);
}

// An unclean `current` may end in the middle of a line, and is not written to again.
bool LogStore::open_current() {
  struct stat found {};
  const bool gone = !lock_ || (fstat(directory(), &found) == 0 && found.st_nlink == 0);
  if (gone && !lock()) {
    trouble_ = errno;
    retry_ = now() + pause_time;
    return false;
  }
  const bool present = fstatat(directory(), store::current, &found, 0) == 0;
  const bool unclean = present && found.st_size > 0 && !is_marked_safe(found);
  if (unclean && !set_aside(store::current, archive::unfinished)) return pause(name_.words->rename);
  // One that is killed again and again never comes to a rotation.
  if (unclean) trim();

  // Before the last lines of this file, or now: if it has missed its time to be
  // rotated, that is now.
  const int64_t last_written = present ? found.st_mtime : 0;
  current_ = open_append(directory(), store::current, mode());
  if (!current_) return pause(name_.words->create);
  if (fchmod(current_.get(), mode()) != 0 || fstat(current_.get(), &found) != 0)
    return pause(name_.words->set_mode);
  size_ = static_cast<uint64_t>(found.st_size);
  mid_line_ = false;
  born_ = now();
  if (size_ != 0) plan_rotation(last_written);
  if (rotation_ == Rotation::open)
    info({present && !unclean ? "append: " : "new: ", path_, "/", store::current});
  return true;
}

}  // namespace stoker
