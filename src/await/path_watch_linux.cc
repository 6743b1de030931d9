// SPDX-License-Identifier: ISC
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>

#include "await/path_watch.hh"

namespace stoker {

namespace {

constexpr uint32_t names =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;
// Without a watch for each directory, they are looked at as the portable twin does.
constexpr Moment look_interval = 1s;

}  // namespace

bool PathWatch::begin() {
  notices_ = Fd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  lacks_ = !notices_;
  return !lacks_;
}

void PathWatch::add_directory(const char* path) {
  const int watch =
      inotify_add_watch(notices_.get(), path, names | IN_MASK_ADD | IN_ONLYDIR | IN_EXCL_UNLINK);
  if (watch < 0 && errno != ENOENT && errno != ENOTDIR && errno != EACCES) lacks_ = true;
}

int PathWatch::add_path(const char* path, bool writes) {
  const uint32_t more = IN_CLOSE_WRITE | (writes ? static_cast<uint32_t>(IN_MODIFY) : 0);
  const int watch = inotify_add_watch(notices_.get(), path, names | more | IN_MASK_ADD);
  if (watch < 0 && errno != ENOENT && errno != ENOTDIR && errno != EACCES) lacks_ = true;
  return watch < 0 ? none : watch;
}

void PathWatch::read_notices() {
  alignas(inotify_event) char buffer[4096];
  for (;;) {
    const ssize_t got = read(notices_.get(), buffer, sizeof buffer);
    if (got <= 0) return;
    for (ssize_t at = 0; at < got;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event.len);
      lost_ = lost_ || (event.mask & IN_Q_OVERFLOW) != 0;
      if ((event.mask & IN_IGNORED) != 0 || was_touched(event.wd)) continue;
      if (count_ < remembered)
        touched_[count_++] = event.wd;
      else
        lost_ = true;
    }
  }
}

bool PathWatch::was_touched(int number) const {
  if (number == none) return false;
  for (int i = 0; i < count_; ++i)
    if (touched_[i] == number) return true;
  return lost_;
}

Moment PathWatch::looks() const { return lacks_ ? look_interval : never; }

}  // namespace stoker
