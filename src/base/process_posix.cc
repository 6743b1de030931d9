// SPDX-License-Identifier: ISC
#include "base/process.hh"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "base/child.hh"
#include "base/signals.hh"

namespace stoker {

void seal_descriptors() {
  const long most = sysconf(_SC_OPEN_MAX);
  for (int fd = 3; fd < (most > 0 && most < 65536 ? most : 1024); ++fd)
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool adopt_orphans() { return false; }

void end_with_parent(pid_t) {}

bool meet_processes(bool, FunctionRef<void(pid_t, std::string_view)>) { return false; }

Moment group_look_interval() { return 20ms; }

Moment clock_shift() { return 0s; }

uint64_t process_start_time(pid_t) { return 0; }

Text<400> members_of(pid_t) { return {}; }

bool group_runs(pid_t group) { return group_exists(group); }

int first_realtime_signal() {
#ifdef SIGRTMIN
  return SIGRTMIN;
#else
  return 0;
#endif
}

PathText program_path(const char* argv0) { return PathText(std::string_view(argv0)); }

uint64_t boot_mark() { return 0; }

// Every adopted process leads a session, so one that does not is another process.
bool is_alive(pid_t pid, uint64_t) { return pid > 1 && getsid(pid) == pid; }

bool parent_is_called(std::string_view) { return false; }

pid_t parent_process(pid_t) { return 0; }

std::optional<uid_t> process_user(pid_t) { return {}; }

Text<32> parent_name(pid_t) { return {}; }

Pipe reopen_held_pipe(pid_t) { return {}; }

Pipe reopen_pipe(pid_t, int) { return {}; }

bool resides(pid_t, int) { return false; }

bool is_orphan(pid_t) { return true; }

bool is_detached(pid_t) { return false; }

bool is_older(pid_t, const struct stat&) { return false; }

PathText initial_variable(pid_t, std::string_view) { return PathText(); }

void meet_residents(FunctionRef<void(pid_t, const struct stat&)>) {}

Text<64> name_and_pid(pid_t pid) { return Text<64>("process ", pid); }

bool ForeignProcess::adopt(pid_t pid, uint64_t start_time) {
  if (!is_alive(pid, start_time)) return false;
  pid_ = pid;
  start_time_ = start_time;
  return true;
}

void ForeignProcess::forget() { pid_ = 0; }

Moment ForeignProcess::look_interval() const { return 100ms; }

bool ForeignProcess::has_ended() const { return !is_alive(pid_, start_time_); }

}  // namespace stoker
