// SPDX-License-Identifier: ISC
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/parse.hh"
#include "base/text.hh"
#include "scan/watch.hh"

namespace stoker {

namespace {

constexpr uint32_t changes = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr uint32_t losses = IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr uint32_t ends = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;

// Where there is no watch left, the directory is looked at as the portable twin does.
constexpr Moment look_interval = 1s;

PathText parent_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return PathText(".");
  return PathText(std::string_view(path.data(), slash == 0 ? 1 : slash));
}

}  // namespace

bool Watch::begin(int fd, const char* path, bool follow) {
  works_ = false;
  notices_ = Fd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!notices_) return false;
  // /proc need not be there, so the name serves unless it leads elsewhere by now.
  const Text<32> open("/proc/self/fd/", fd);
  directory_ = inotify_add_watch(notices_.get(), open.c_str(), changes | ends | IN_ONLYDIR);
  if (directory_ < 0)
    directory_ = inotify_add_watch(notices_.get(), path, changes | ends | IN_ONLYDIR);
  works_ = directory_ >= 0;
  links_ = {};
  if (works_ && follow) follow_links(path);
  return works_;
}

void Watch::include_state(const char* root) {
  // What is watched already keeps what it is watched for.
  state_ =
      notices_ ? inotify_add_watch(notices_.get(), root, losses | IN_MASK_ADD | IN_ONLYDIR) : -1;
}

void Watch::follow_links(const char* path) {
  PathText at{std::string_view(path)};
  for (Link& link : links_) {
    char target[4096];
    const ssize_t length = readlink(at.c_str(), target, sizeof target);
    const PathText parent = parent_of(at);
    link.watch = inotify_add_watch(notices_.get(), parent.c_str(), changes | IN_ONLYDIR);
    const std::string_view name = base_name(at);
    std::copy_n(name.data(), std::min(name.size(), sizeof link.name - 1), link.name);
    if (length <= 0) return;
    const std::string_view next(target, static_cast<size_t>(length));
    at = next.front() == '/' ? PathText(next) : PathText(parent, "/", next);
  }
}

bool Watch::concerns_us(int watch, const char* name) const {
  if (watch == directory_) return name[0] != '.';
  for (const Link& link : links_)
    if (link.watch == watch && strcmp(link.name, name) == 0) return true;
  return false;
}

Watch::Changes Watch::judge(const inotify_event& event) {
  const bool own = event.wd == directory_;
  if (own && (event.mask & (ends | IN_IGNORED)) != 0) works_ = false;
  if (event.wd == state_ && (event.mask & (losses | IN_IGNORED)) != 0) state_lost_ = true;
  if ((event.mask & IN_Q_OVERFLOW) != 0 || !works_) return Changes::change;
  if (event.len == 0 || !concerns_us(event.wd, event.name)) return Changes::none;
  // What is moved here may have taken the name of another.
  if (!own || (event.mask & IN_CREATE) == 0) return Changes::change;
  std::copy_n(event.name, strnlen(event.name, sizeof newcomer_ - 1) + 1, newcomer_);
  return Changes::newcomer;
}

Watch::Changes Watch::read_changes() {
  Changes changes = Changes::none;
  alignas(inotify_event) char buffer[4096];
  for (;;) {
    const ssize_t got = read(notices_.get(), buffer, sizeof buffer);
    if (got <= 0) return changes;
    for (ssize_t at = 0; at < got;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event.len);
      const Changes one = judge(event);
      if (one != Changes::none) changes = changes == Changes::none ? one : Changes::change;
    }
  }
}

void Watch::end() {
  // The state directories stay in sight.
  if (state_ < 0) return notices_.reset();
  if (directory_ >= 0) inotify_rm_watch(notices_.get(), directory_);
  directory_ = -1;
  for (Link& link : links_)
    if (link.watch > 0) inotify_rm_watch(notices_.get(), link.watch);
  links_ = {};
}

Moment Watch::looks() const { return works_ ? never : look_interval; }

}  // namespace stoker
