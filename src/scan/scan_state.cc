// SPDX-License-Identifier: ISC
#include "scan/scan_state.hh"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.hh"
#include "base/parse.hh"
#include "base/reexec.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "base/text.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

PathText path_of(const char* state_root) {
  return state_root != nullptr ? PathText(state_root, "/", layout::scan_state)
                               : PathText(layout::scan_state);
}

// Does the name lead to what is open as `fd`?
bool leads_to(int at, const char* name, int fd) {
  struct stat named {
  }, open{};
  return fd >= 0 && fstatat(at, name, &named, 0) == 0 && fstat(fd, &open) == 0 &&
         is_same_file(named, open);
}

}  // namespace

// --- Opening ----------------------------------------------------------------

bool ScanState::open_directory(int scan_directory, const char* state_root) {
  const PathText path = path_of(state_root);
  if (mkdirat(scan_directory, path.c_str(), layout::directory_mode) != 0 && errno != EEXIST)
    return false;
  directory_ = stoker::open_directory(scan_directory, path.c_str());
  return static_cast<bool>(directory_);
}

// A child that a killed svscan had just started holds the lock until it executes its
// program, which it is about to do.
bool ScanState::take_lock() {
  constexpr Moment timeout = 1s, pause = 20ms;
  for (const Moment deadline = now() + timeout; now() < deadline;) {
    if (flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    const int error = errno;
    wait_until({}, now() + pause);
    errno = error;
  }
  return false;
}

// For whoever comes second, the lock says whose it is.
void ScanState::open_control(int trouble) {
  lock_ = open_append_plain(directory_.get(), layout::lock, 0600);
  if (!lock_) return;
  if (!take_lock()) refuse(trouble);
  if (ftruncate(lock_.get(), 0) == 0)
    static_cast<void>(write_all(lock_.get(), Text<16>(getpid(), '\n')));
  make_fifo(trouble);
}

void ScanState::refuse(int trouble) const {
  constexpr std::string_view unable = "unable to lock ";
  if (errno != EWOULDBLOCK) die_errno({unable, layout::scan_state, "/", layout::lock}, trouble);
  char text[16];
  const Fd lock = open_read(directory_.get(), layout::lock);
  const ssize_t got = lock ? read_all(lock.get(), text) : 0;
  const std::string_view pid = trim({text, static_cast<size_t>(std::max<ssize_t>(got, 0))});
  die({unable, layout::scan_state, "/", layout::lock, ": another svscan runs here",
       pid.empty() ? "" : ", pid ", pid},
      trouble);
}

void ScanState::make_fifo(int trouble) {
  const int at = directory_.get();
  if (mkfifoat(at, layout::control, layout::fifo_mode) != 0 && errno != EEXIST) return;
  control_read_ = open_read_plain(at, layout::control);
  struct stat facts {};
  if (control_read_ && fstat(control_read_.get(), &facts) == 0 && !S_ISFIFO(facts.st_mode))
    die({layout::scan_state, "/", layout::control, " exists but is not a fifo"}, trouble);
  if (control_read_) control_write_ = open_fifo_write(at, layout::control);
  note_inode();
}

void ScanState::use_pipe(int trouble) {
  Pipe pipe = make_pipe();
  if (!pipe || !set_nonblocking(pipe.read.get())) die_errno({"unable to create a pipe"}, trouble);
  control_read_ = std::move(pipe.read);
  control_write_ = std::move(pipe.write);
  note_inode();
}

void ScanState::resume(std::string_view& text) {
  for (Fd* const fd : {&lock_, &control_read_, &control_write_}) *fd = inherit_descriptor(text);
  note_inode();
}

std::array<int, 3> ScanState::handed_down() const {
  return {lock_.get(), control_read_.get(), control_write_.get()};
}

// --- Afterwards -------------------------------------------------------------

void ScanState::note_inode() {
  struct stat facts {};
  if (control_read_ && fstat(control_read_.get(), &facts) == 0) inode_ = facts.st_ino;
}

void ScanState::look_after(int scan_directory, const char* state_root) {
  const PathText control(path_of(state_root), "/", layout::control);
  for (const int fd : {control_read_.get(), shown_read_.get()})
    if (leads_to(scan_directory, control.c_str(), fd)) return;
  if (!has_control() || !lock_ || !open_directory(scan_directory, state_root)) return;
  const int at = directory_.get();
  if (!leads_to(at, layout::lock, lock_.get())) {
    Fd lock = open_append_plain(at, layout::lock, 0600);
    if (!lock || flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return;
    lock_ = std::move(lock);
  }
  if (mkfifoat(at, layout::control, layout::fifo_mode) != 0 && errno != EEXIST) return;
  shown_read_ = open_read_plain(at, layout::control);
  shown_write_ = open_fifo_write(at, layout::control);
  if (!shown_write_) shown_read_.reset();
}

void ScanState::read_commands(int fd, FunctionRef<void(const ScanCommand&)> obey) {
  char buffer[4096];
  size_t kept = 0;
  for (;;) {
    const size_t room = sizeof buffer - kept;
    const ssize_t got = read(fd, buffer + kept, room);
    if (got <= 0) return;
    std::string_view bytes(buffer, kept + static_cast<size_t>(got));
    while (const auto command = next_scan_command(bytes)) obey(*command);
    // The beginning of a message whose rest has not been read yet.
    std::copy(bytes.begin(), bytes.end(), buffer);
    kept = bytes.size();
    if (static_cast<size_t>(got) < room) return;
  }
}

void ScanState::mark_stopping() const {
  if (directory_)
    static_cast<void>(open_append_plain(directory_.get(), layout::stopping, layout::file_mode));
}

void ScanState::unmark_stopping() const {
  if (directory_) unlinkat(directory_.get(), layout::stopping, 0);
}

void ScanState::mark_ordered() const {
  if (directory_)
    static_cast<void>(open_append_plain(directory_.get(), layout::ordered, layout::file_mode));
}

void ScanState::unmark_ordered() const {
  if (directory_) unlinkat(directory_.get(), layout::ordered, 0);
}

}  // namespace stoker
