// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.hh"
#include "base/text.hh"
#include "svlog/watch.hh"

namespace stoker {

namespace {

constexpr uint32_t arrivals =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr uint32_t changes = arrivals | IN_MODIFY | IN_ATTRIB;

// Where no watch is left, it polls as the portable twin does.
constexpr int look_interval = 500;

PathText parent_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return PathText(".");
  return PathText(std::string_view(path.data(), slash == 0 ? 1 : slash));
}

}  // namespace

void LogWatch::begin() {
  notices_ = Fd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  blind_ = !notices_;
}

Watched LogWatch::add(const char* path) {
  for (;;) {
    Watched watched;
    watched.itself = inotify_add_watch(notices_.get(), path, changes | IN_ONLYDIR);
    // There is no notice for a directory that is removed while it is open.
    PathText lower{std::string_view(path)};
    do {
      const PathText parent = parent_of(lower);
      watched.above = inotify_add_watch(notices_.get(), parent.c_str(), arrivals | IN_MASK_ADD);
      if (watched.above >= 0 || (errno != ENOENT && errno != ENOTDIR)) break;
      if (parent.view() == lower.view()) break;
      lower = parent;
    } while (true);
    blind_ = blind_ || watched.above < 0;
    // It may have been created just before the watch.
    if (watched.itself >= 0 || watched.above < 0 || !exists(AT_FDCWD, lower.c_str()))
      return watched;
  }
}

bool LogWatch::wait() {
  pollfd fds[] = {{STDOUT_FILENO, 0, 0}, {notices_.get(), POLLIN, 0}};
  const int ready = poll(fds, 2, blind_ ? look_interval : -1);
  look_due_ = blind_;
  if (ready <= 0) return true;
  if ((fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) return false;
  const ssize_t got = read(notices_.get(), buffer_, sizeof buffer_);
  filled_ = got > 0 ? static_cast<size_t>(got) : 0;
  at_ = 0;
  return true;
}

int LogWatch::next() {
  if (look_due_) {
    look_due_ = false;
    at_ = filled_ = 0;
    return any;
  }
  if (at_ >= filled_) return none;
  inotify_event event{};
  memcpy(&event, buffer_ + at_, sizeof event);
  at_ += sizeof event + event.len;
  return (event.mask & IN_Q_OVERFLOW) != 0 ? any : event.wd;
}

}  // namespace stoker
