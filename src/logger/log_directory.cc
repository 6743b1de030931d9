// SPDX-License-Identifier: ISC
#include "logger/log_directory.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/clock.hh"
#include "base/signals.hh"
#include "logdir/names.hh"

namespace stoker {

namespace {

// Creates the directory, and those above it that are missing.
bool make_directories(const char* path) {
  PathText made;
  for (const char* at = path; *at != '\0'; ++at) {
    if (*at == '/' && !made.empty()) mkdir(made.c_str(), 0755);
    made.append(*at);
  }
  return mkdir(path, store::directory_mode) == 0;
}

Fd open_or_make(const char* path) {
  Fd directory = open_directory(AT_FDCWD, path);
  if (directory || errno != ENOENT) return directory;
  if (!make_directories(path)) return {};
  return open_directory(AT_FDCWD, path);
}

// A logger that was killed may leave a child behind that holds the lock for the few
// system calls until it has closed all descriptors that it does not need.
bool lock_soon(int file) {
  const Moment deadline = now() + 250ms;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || now() >= deadline) return false;
    wait_until({}, now() + 5ms);
    errno = EWOULDBLOCK;
  }
  return true;
}

}  // namespace

bool is_marked_safe(const struct stat& file) { return (file.st_mode & S_IXUSR) != 0; }

bool LogDirectory::lock() {
  held_.lock.reset();
  held_.directory = open_or_make(path());
  if (!held_.directory) {
    complain(words().open);
    return false;
  }
  held_.lock = open_append(fd(), store::lock, store::lock_mode);
  if (!held_.lock) {
    warn_errno("unable to open lock: ", store::lock);
    return false;
  }
  if (lock_soon(held_.lock.get())) return true;
  complain(words().lock);
  held_.lock.reset();
  return false;
}

void LogDirectory::warn_errno(std::string_view what, std::string_view name) {
  complaint_.warn_errno({what, path(), "/", name});
}

bool LogDirectory::is_gone() const {
  struct stat found {};
  return !held_.lock || (fstat(fd(), &found) == 0 && found.st_nlink == 0);
}

bool LogDirectory::moved() const {
  struct stat here {
  }, there{};
  if (fstat(fd(), &here) != 0 || stat(path(), &there) != 0) return true;
  return here.st_dev != there.st_dev || here.st_ino != there.st_ino;
}

std::optional<LogDirectory::Handles> LogDirectory::lock_moved() {
  Handles other = std::move(held_);
  const bool locked = lock();
  std::swap(other, held_);
  if (!locked) return {};
  return other;
}

void LogDirectory::close() {
  held_.lock.reset();
  held_.directory.reset();
}

bool LogDirectory::exists(const char* name) const {
  struct stat found {};
  return fstatat(fd(), name, &found, AT_SYMLINK_NOFOLLOW) == 0;
}

bool LogDirectory::is_complete(const char* name) const {
  struct stat found {};
  return fstatat(fd(), name, &found, AT_SYMLINK_NOFOLLOW) == 0 && is_marked_safe(found);
}

bool LogDirectory::remove(const char* name) const { return unlinkat(fd(), name, 0) == 0; }

bool LogDirectory::rename(const char* from, const char* to) const {
  return renameat(fd(), from, fd(), to) == 0;
}

bool LogDirectory::set_aside(const char* name, std::string_view code) {
  struct stat found {};
  if (fstatat(fd(), name, &found, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT;
  if (found.st_nlink > 1) return remove(name);
  return rename(name, archive_name(take_stamp(), code).c_str());
}

Tai64n LogDirectory::take_stamp() {
  newest_ = next_archive_stamp(newest_, tai_now());
  return newest_;
}

}  // namespace stoker
