// SPDX-License-Identifier: ISC
#include "supervise/notifications.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hh"
#include "net/listen_line.hh"
#include "service/layout.hh"
#include "supervise/membership.hh"

namespace stoker {

static_assert(Said::longest_text == longest_notify_text);

namespace {

constexpr Moment show_pause = 100ms;
constexpr mode_t search_by_others = 0011;

PathText path_of(int directory) {
  char path[4096];
  const ssize_t length = readlink(Text<32>("/proc/self/fd/", directory).c_str(), path, sizeof path);
  return PathText(std::string_view(path, static_cast<size_t>(std::max<ssize_t>(length, 0))));
}

// Programs that have given up root must find the socket.
bool can_be_searched_by_all(const PathText& path, int state) {
  struct stat facts {};
  if (geteuid() != 0) return true;
  if (fstat(state, &facts) != 0) return false;
  const mode_t mode = facts.st_mode & 07777;
  if ((mode & search_by_others) != search_by_others && fchmod(state, mode | search_by_others) != 0)
    return false;
  PathText parent(path);
  while (parent.size() > 1) {
    parent.cut(std::max<size_t>(parent.view().rfind('/'), 1));
    if (stat(parent.c_str(), &facts) != 0 || (facts.st_mode & S_IXOTH) == 0) return false;
  }
  return true;
}

// A path that is too long, or hidden from others, has a name that is not in the file system.
Text<longest_socket_path> abstract_name(int state) {
  struct stat facts {};
  if (fstat(state, &facts) != 0) return {};
  return Text<longest_socket_path>("stoker-notify/", facts.st_dev, "-", facts.st_ino);
}

bool differs_only_in_text(Said said, const Said& shown) {
  said.text = shown.text;
  said.ignored = shown.ignored;
  return said == shown;
}

}  // namespace

bool Notifications::open(const Place& place) {
  const PathText path(path_of(place.state), "/", layout::notify_socket);
  const bool reachable = path.view().front() == '/' && path.size() > 1 &&
                         path.size() <= longest_socket_path &&
                         can_be_searched_by_all(path, place.state);
  Text<130>& variable = part_->variable;
  variable.clear();
  variable.append(layout::variable_notify, "=");
  socket_.reset();
  if (!reachable) {
    const auto name = abstract_name(place.state);
    variable.append("@", name);
    socket_ = open_abstract_notify_socket(name);
    return static_cast<bool>(socket_);
  }
  variable.append(path);
  // A path from here may be short enough where the whole one is not known to us.
  if (fchdir(place.state) != 0) return false;
  socket_ = open_notify_socket(layout::notify_socket);
  const int error = errno;
  const bool back = fchdir(place.current) == 0;
  errno = error;
  return socket_ && back;
}

bool Notifications::begin_run(const Place& place, bool decides, Moment watchdog) {
  if (part_.make() == nullptr || !open(place)) return false;
  NotifyState& state = part_->state;
  state = NotifyState();
  state.has_socket = true;
  state.decides = decides;
  state.said.watchdog = watchdog;
  show_soon();
  return true;
}

void Notifications::begin_run_without() {
  socket_.reset();
  if (!part_) return;
  part_->state = {};
  show_soon();
}

// Without `socket`, what was sent while nobody received it was refused.
void Notifications::take_over(const NotifyState& state, const Place& place, Fd socket) {
  if (state == NotifyState() || part_.make() == nullptr) return;
  part_->state = state;
  part_->shown = state.said;
  part_->heard_at = now();
  if (!state.has_socket) return;
  if (socket)
    socket_ = std::move(socket);
  else if (!open(place))
    warn_errno({"unable to create ", layout::state, "/", layout::notify_socket});
}

void Notifications::close(int state) {
  if (!socket_) return;
  socket_.reset();
  if (part_->variable.view().find('@') == std::string_view::npos)
    unlinkat(state, layout::notify_socket, 0);
}

void Notifications::add_to(TemporaryVariables& variables) {
  if (!socket_) return;
  variables.set(part_->variable.data());
  if (watchdog() == never) return;
  part_->time.clear();
  part_->time.append(layout::variable_watchdog, "=", watchdog() / 1us);
  variables.set(part_->time.data());
  note_process(0);
  variables.set(part_->process.data());
}

void Notifications::note_process(pid_t pid) const {
  if (!socket_ || watchdog() == never) return;
  part_->process.clear();
  part_->process.append(layout::variable_watchdog_pid, "=", pid);
}

std::optional<NotifyMessage> Notifications::read(const NotifyDatagram& datagram, pid_t logger) {
  if (!may_be_member(datagram.sender(), datagram.user(), run_, logger)) {
    ++part_->state.said.ignored;
    show_soon();
    return {};
  }
  if (datagram.is_too_long()) return {};
  return parse_notify_message(datagram.text());
}

void Notifications::expect_reload(Moment now) {
  if (part_) part_->reload_asked = now;
}

// One that began before is not the one that was asked for. Its clock has microseconds only.
bool Notifications::ends_reload(const NotifyMessage& message) const {
  return message.ready && part_ && part_->state.said.reloading &&
         part_->reload_begun + 1us > part_->reload_asked;
}

void Notifications::note(const NotifyMessage& message) {
  Said& said = part_->state.said;
  if (message.has_status) said.text = notify_text(message.status);
  if (message.error) said.error = *message.error;
  if (message.ready) said.reloading = false;
  if (message.reloading) {
    said.reloading = true;
    part_->reload_begun = message.reload_time.value_or(now());
  }
  if (message.watchdog) said.watchdog = *message.watchdog;
  show_soon();
  if (!differs_only_in_text(said, part_->shown)) part_->show_at = 0s;
}

void Notifications::count_silence(Moment now) {
  if (part_) part_->heard_at = now;
}

Moment Notifications::silence_ends() const {
  const bool counts = run_.state == State::ready && run_.role == Role::run && watchdog() != never;
  return counts ? part_->heard_at + watchdog() : never;
}

void Notifications::show_soon() {
  if (part_->state.said == part_->shown) return;
  part_->show_at = std::min(part_->show_at, part_->shown_at + show_pause);
}

void Notifications::turn(Moment now) {
  if (!part_ || now < part_->show_at) return;
  part_->shown = part_->state.said;
  part_->show_at = never;
  part_->shown_at = now;
}

NotifyState Notifications::saved() const {
  NotifyState state;
  if (part_) state = part_->state;
  state.said = shown();
  return state;
}

}  // namespace stoker
