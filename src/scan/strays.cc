// SPDX-License-Identifier: ISC
#include "scan/strays.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "scan/log_pipes.hh"
#include "scan/scan_tree.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/start_place.hh"

namespace stoker {

namespace {

// Where a supervisor has the control FIFO of its svscan; empty: it is none.
Text<64> scanner_of(pid_t pid) {
  const PathText words = initial_variable(pid, layout::variable_scanner);
  std::string_view rest(words.view());
  const auto fd = parse_number<int>(next_word(rest));
  return fd ? Text<64>("/proc/", pid, "/fd/", *fd) : Text<64>();
}

// A supervisor that is about to die is still its parent, but shows nothing any more.
bool may_be_left(pid_t pid) { return is_orphan(pid) || parent_name(pid).view() == "supervise"; }

}  // namespace

bool Strays::is_from_here(pid_t pid) const {
  struct stat started {
  }, scanned{};
  return stat(initial_variable(pid, "PWD").c_str(), &started) == 0 &&
         fstat(tree_.directory.fd(), &scanned) == 0 && is_same_file(started, scanned);
}

void Strays::look() {
  meet_residents([this](pid_t pid, const struct stat& current) {
    if (Entry* const entry = unstarted_in(current))
      meet(*entry, pid);
    else if (is_detached(pid) && may_be_left(pid))
      meet_start_places(pid, [this, pid](const struct stat& place) {
        Entry* const left = unstarted_in(place);
        if (left != nullptr && left->stray == 0) left->stray = pid;
      });
  });
}

Entry* Strays::unstarted_in(const struct stat& directory) {
  Entry* const entry = tree_.roster.find({directory.st_dev, directory.st_ino});
  return entry != nullptr && entry->pid == 0 ? entry : nullptr;
}

void Strays::meet(Entry& entry, pid_t pid) {
  if (entry.is_stray_supervisor) return;
  entry.is_stray_supervisor = !scanner_of(pid).empty();
  if (entry.is_stray_supervisor || (is_detached(pid) && may_be_left(pid))) entry.stray = pid;
}

Strays::Answer Strays::settle(Entry& entry, Moment now) {
  const pid_t pid = std::exchange(entry.stray, 0);
  if (pid == 0) return Answer::none;
  const Fd state = tree_.state_of(entry);
  const auto status = state ? read_status(state.get()) : std::nullopt;
  const bool known = status && status->native && is_at_home(*status, state.get());
  if (std::exchange(entry.is_stray_supervisor, false)) {
    // One that only cannot be seen yet is waited for by the next: see finds_other().
    const bool ours = known && status->scanner == tree_.state.control_inode();
    return ours && status->supervisor == pid ? Answer::none : settle_supervisor(entry, pid, now);
  }
  if (known || !is_detached(pid)) return Answer::none;
  entry.stray = pid;
  if (entry.trouble != EBUSY)
    warn({entry.name, " has no status: not starting it while ", name_and_pid(pid),
          " runs, which may be the service"});
  entry.trouble = EBUSY;
  return Answer::waits;
}

Strays::Answer Strays::settle_supervisor(Entry& entry, pid_t pid, Moment now) {
  const Text<64> control = scanner_of(pid);
  struct stat facts {};
  if (control.empty() || stat(control.c_str(), &facts) != 0) return Answer::none;
  const bool ours = facts.st_ino == tree_.state.control_inode();
  // Who has another svscan, which lives, or another scan directory is of another tree.
  if (!ours && (open_write(AT_FDCWD, control.c_str()) || !is_from_here(pid))) return Answer::none;
  if (!ours && end(entry, pid)) return Answer::ended;
  if (!takeover_.adopt(entry, pid, process_start_time(pid), now)) return Answer::none;
  // Who cannot ask us to close the pipe must be the only one that holds it.
  Pipe pipe = ours ? reopen_held_pipe(pid) : Pipe{};
  if (pipe) set_pipe(entry, std::move(pipe));
  signal_process(pid, SIGURG);
  return Answer::adopted;
}

// A supervisor of ours then continues where it was, with the state in its own place. Its service
// notices nothing.
bool Strays::end(Entry& entry, pid_t pid) {
  constexpr Moment timeout = 5s;
  const PathText root = initial_variable(pid, layout::variable_state);
  before_ = layout::state_directory(root.c_str(), entry.name, entry.name);
  const Fd service = open_search(tree_.directory.fd(), entry.name.c_str());
  const Fd state = open_directory(service.get(), before_.c_str());
  const auto status = state ? read_status(state.get()) : std::nullopt;
  ForeignProcess supervisor;
  if (!status || !status->native || status->supervisor != pid ||
      !is_at_home(*status, state.get()) || !supervisor.adopt(pid, status->supervisor_start_time) ||
      supervisor.fd() < 0)
    return false;
  Takeover::recover_pipe(entry, state.get());
  signal_process(pid, SIGKILL);
  pollfd ended{supervisor.fd(), POLLIN, 0};
  for (const Moment late = now() + timeout; !supervisor.has_ended() && now() < late;)
    wait_until({&ended, 1}, late);
  return true;
}

}  // namespace stoker
