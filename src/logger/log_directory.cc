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

bool is_marked_safe(const struct stat& file) {
  return S_ISREG(file.st_mode) && (file.st_mode & S_IXUSR) != 0;
}

bool LogDirectory::lock() {
  struct stat facts {};
  held_.lock.reset();
  held_.directory = open_directory_safely(path(), store::directory_mode);
  if (!held_.directory || fstat(fd(), &facts) != 0) {
    complain_of_opening();
    return false;
  }
  held_.shared = others_can_write(facts);
  if (!open_lock()) {
    warn_errno("unable to open lock: ", store::lock);
    return false;
  }
  if (lock_soon(held_.lock.get())) return true;
  complain(words().lock);
  held_.lock.reset();
  return false;
}

void LogDirectory::complain_of_opening() {
  TroubleWords words = this->words().open;
  if (errno == EPERM) {
    words.after = link_reason;
    errno = 0;
  }
  complain(words);
}

bool LogDirectory::open_lock() {
  const auto open = is_shared() ? open_plain : open_append;
  held_.lock = open(fd(), store::lock, store::lock_mode);
  if (!held_.lock && is_shared() && remove(store::lock)) {
    warn_refused(store::lock);
    held_.lock = open(fd(), store::lock, store::lock_mode);
  }
  return static_cast<bool>(held_.lock);
}

void LogDirectory::warn_refused(const char* name) const {
  stoker::warn({"not following ", path(), "/", name, shared_reason});
}

void LogDirectory::warn_errno(std::string_view what, std::string_view name) {
  complaint_.warn_errno({what, path(), "/", name});
}

bool LogDirectory::is_gone() const {
  struct stat found {};
  return !held_.lock || (fstat(fd(), &found) == 0 && found.st_nlink == 0);
}

bool LogDirectory::moved() {
  struct stat here {
  }, there{};
  if (fstat(fd(), &here) != 0 || stat(path(), &there) != 0) return true;
  held_.shared = others_can_write(here);
  return !is_same_file(here, there);
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
  if (!is_plain_file(found)) return remove(name);
  return rename(name, archive_name(take_stamp(), code).c_str());
}

Tai64n LogDirectory::take_stamp() {
  newest_ = next_archive_stamp(newest_, tai_now());
  return newest_;
}

}  // namespace stoker
