// SPDX-License-Identifier: ISC
#include "supervise/sockets.hh"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.hh"
#include "net/activation.hh"
#include "net/listen_socket.hh"
#include "net/process_sockets.hh"
#include "service/layout.hh"
#include "supervise/scanner_link.hh"
#include "supervise/service_directory.hh"

namespace stoker {

namespace {

// svscan was busy.
constexpr Moment offer_pause = 50ms;

// The file `listen`, as a whole.
struct Contents {
  char bytes[longest_listen_file + 1];
  size_t size = 0;

  bool read(int directory);
  std::string_view text() const { return {bytes, size}; }
};

bool Contents::read(int directory) {
  const Fd file = open_read(directory, layout::listen);
  const ssize_t got = file ? read_all(file.get(), bytes) : -1;
  size = static_cast<size_t>(std::max<ssize_t>(got, 0));
  return got >= 0;
}

bool is_in(std::string_view file, std::string_view line) {
  for (ListenFile lines(file); lines.next();)
    if (lines.line() == line) return true;
  return false;
}

// A copy, so that it can be closed as any other.
ListenSocket inherited(const Sockets::Place& place, std::string_view name) {
  ListenSocket made;
  const int fd = activated_socket(place.environment, place.activated, name);
  errno = ENOENT;
  if (fd >= 0) made.fd = Fd(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (made.fd) return made;
  made.error = errno;
  made.trouble.append("unable to inherit ", name);
  made.remedy = ": LISTEN_FDNAMES does not name it";
  return made;
}

void remove_file_of(const HeldDescriptors::Item& item) {
  const ListenLine parsed = parse_listen_line(item.line());
  if (parsed.fault.empty()) remove_socket_file(parsed.spec);
}

}  // namespace

// --- Opening ----------------------------------------------------------------

bool Sockets::open(const Place& place, RunState& run) {
  Contents file;  // NOLINT(*-member-init)
  const RunState before = run;
  run.listen = {};
  if (!file.read(place.directory)) return refuse(run, errno, {"unable to read ", layout::listen});
  const ListenFault fault = fault_of_listen(file.text(), place.notification_fd);
  if (!fault.empty()) return refuse(run, EINVAL, {layout::listen, ": ", fault});
  held_.keep_sockets([&](const HeldDescriptors::Item& item) {
    const bool stays = is_in(file.text(), item.line());
    if (!stays) remove_file_of(item);
    return stays;
  });
  for (ListenFile lines(file.text()); lines.next();)
    if (!holds(lines.line()) && !open_line(place, lines, before, run)) return false;
  held_.sort_sockets(file.text());
  complaint_.clear();
  note_count(run);
  return true;
}

bool Sockets::holds(std::string_view line) const {
  const auto sockets = held_.sockets();
  return std::any_of(sockets.begin(), sockets.end(),
                     [line](const HeldDescriptors::Item& item) { return item.line() == line; });
}

bool Sockets::open_line(const Place& place, const ListenFile& file, const RunState& before,
                        RunState& run) {
  const SocketSpec spec = file.parse().spec;
  ListenSocket made =
      spec.kind == SocketKind::inherited ? inherited(place, spec.name) : open_listen_socket(spec);
  const int error = made.error;
  run.listen.line = file.number();
  if (made.fd && held_.add_socket(std::move(made.fd), file.line())) return true;
  // Who has it must be looked for among all processes: once.
  const bool repeated = before.reason == Reason::listen_failed && before.error == error &&
                        before.listen.line == run.listen.line;
  if (repeated) return refuse(run, error, {});
  const Text<64> holder = error == EADDRINUSE ? holder_of(spec) : Text<64>();
  return refuse(run, error,
                {layout::listen, ": line ", Digits(file.number()), ": ", made.trouble, ": ",
                 error_text(error), made.remedy, holder.empty() ? "" : ": by ", holder});
}

// Repeated trouble is not reported again.
bool Sockets::refuse(RunState& run, int error, Words why) {
  if (why.size() > 0) complaint_.warn(why);
  run.reason = Reason::listen_failed;
  run.error = error;
  note_count(run);
  return false;
}

void Sockets::note_count(RunState& run) const {
  const size_t count = held_.sockets().size() + held_.stored().size();
  run.listen.held = static_cast<uint8_t>(count + (notification_ >= 0 ? 1 : 0));
}

void Sockets::close_sockets(RunState& run) {
  held_.keep_sockets([](const HeldDescriptors::Item& item) {
    remove_file_of(item);
    return false;
  });
  run.listen = {};
  note_count(run);
}

void Sockets::close(RunState& run) {
  close_sockets(run);
  held_.keep_stored([](const HeldDescriptors::Item&) { return false; });
  hold_notification(-1, run);
  note_count(run);
}

// --- What a predecessor held ------------------------------------------------

void Sockets::recover(RunState& run, int directory) {
  keeper_.recover([this](Fd& fd, Keeper::Kind kind, std::string_view line) {
    switch (kind) {
    case Keeper::Kind::socket: static_cast<void>(held_.add_socket(std::move(fd), line)); return;
    case Keeper::Kind::stored: static_cast<void>(held_.add_stored(std::move(fd), line)); return;
    case Keeper::Kind::notification: left_notification_ = std::move(fd); return;
    }
  });
  if (held_.empty() && run.role == Role::run && exists(directory, layout::listen))
    take_from_run(run.pid, directory);
  note_count(run);
}

// Nobody has kept them, but the run has its own.
void Sockets::take_from_run(pid_t pid, int directory) {
  Contents file;  // NOLINT(*-member-init)
  if (!file.read(directory) || !fault_of_listen(file.text()).empty()) return;
  for (ListenFile lines(file.text()); lines.next();)
    if (Fd fd = copy_socket_of(pid, lines.parse().spec))
      static_cast<void>(held_.add_socket(std::move(fd), lines.line()));
}

// --- What a run leaves ------------------------------------------------------

FdStore::Added Sockets::leave(RunState& run, Fd fd, const NotifyMessage& message, unsigned limit) {
  const FdStore::Added added =
      FdStore(held_).add(std::move(fd), message.name, limit, message.watches_stored);
  note_count(run);
  return added;
}

void Sockets::forget(RunState& run, std::string_view name) {
  FdStore(held_).remove(name);
  note_count(run);
}

void Sockets::drop_dead(RunState& run) {
  if (held_.stored().empty()) return;
  FdStore(held_).drop_dead();
  note_count(run);
}

// A socket that is new may have the number of the one before.
void Sockets::hold_notification(int fd, RunState& run) {
  if (fd < 0 && notification_ < 0) return;
  notification_ = fd;
  held_.note_change();
  note_count(run);
}

// --- On demand --------------------------------------------------------------

void Sockets::wait_for(WaitList& list) const {
  for (const HeldDescriptors::Item& item : held_.sockets()) list.add(item.fd);
}

bool Sockets::is_readable(const WaitList& list) const {
  const auto sockets = held_.sockets();
  return std::any_of(sockets.begin(), sockets.end(), [&list](const HeldDescriptors::Item& item) {
    return list.is_readable(item.fd);
  });
}

bool Sockets::has_waiting() const {
  const auto sockets = held_.sockets();
  return std::any_of(sockets.begin(), sockets.end(), [](const HeldDescriptors::Item& item) {
    pollfd look{item.fd, POLLIN, 0};
    return poll(&look, 1, 0) > 0;
  });
}

// --- For a successor --------------------------------------------------------

void Sockets::keep(const ServiceDirectory& location, const ScannerLink& scanner) {
  if (held_.take_change()) {
    if (!keeper_.replace(held_, notification_))
      complaint_.warn_errno({"unable to keep what the service holds open for a successor"});
    // svscan may have become another one while it held nothing, and has not asked then.
    const bool holds = !held_.empty() || notification_ >= 0;
    if (!std::exchange(held_something_, holds) && holds) {
      offered_ = false;
      is_new_ = true;
    }
  }
  const bool wants = scanner.is_open() && keeper_.is_open() && !offered_;
  if (!wants || (retry_at_ != never && now() < retry_at_)) return;
  retry_at_ = never;
  offered_ = keeper_.offer(location.base(), layout::keeper_path(location.state_root()));
  if (offered_) return;
  // One of an earlier version has no such socket.
  offered_ = errno == ENOENT || errno == ECONNREFUSED;
  if (!offered_) retry_at_ = now() + (errno == EAGAIN ? offer_pause : retry_pause);
}

void Sockets::keep_shown(const ServiceDirectory& location, const ScannerLink& scanner) {
  if (!std::exchange(is_new_, false)) return;
  offered_ = false;
  keep(location, scanner);
}

}  // namespace stoker
