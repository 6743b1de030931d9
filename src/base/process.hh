// SPDX-License-Identifier: ISC
// Facts about processes that only some systems provide; each function has a portable twin.
#pragma once
#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"
#include "base/function_ref.hh"
#include "base/text.hh"

namespace stoker {

// Makes inherited descriptors from 3 on close-on-exec.
void seal_descriptors();

// Makes orphaned descendants children of this process from now on. False if that is not
// supported.
bool adopt_orphans();

// Has this process killed when its parent exits, or at once if `parent` is gone already, where
// supported. May be called between vfork and exec.
void end_with_parent(pid_t parent);

// Calls `meet` with pid and name of each running child, or, with `all`, of every other process
// that the system shows. False where it shows none, or those of another PID namespace.
bool meet_processes(bool all, FunctionRef<void(pid_t, std::string_view)> meet);

// How often to poll whether a process group is empty: never if the exit of each member raises
// SIGCHLD (see adopt_orphans).
Moment group_look_interval();

// The offset of now() from the machine's monotonic clock, in a time namespace. Times saved for
// other processes are in the machine's clock.
Moment clock_shift();

// The start time in clock ticks since boot, the same in all time namespaces. Together with the
// pid it identifies a process. 0: unknown.
uint64_t process_start_time(pid_t pid);

// Is this the name of the parent process? False if unknown.
bool parent_is_called(std::string_view name);
// 0: unknown.
pid_t parent_process(pid_t pid);
// The user whose rights it has; empty if unknown.
std::optional<uid_t> process_user(pid_t pid);
// The name of a process's parent; empty if unknown.
Text<32> parent_name(pid_t pid);

// The members of a process group as "name (pid), name (pid)", as many as fit. Empty if unknown.
Text<400> members_of(pid_t group);

// Does the group have running members? Zombies do not count, where the system can tell them
// apart.
bool group_runs(pid_t group);

// The current path of the file that this process was executed from; `argv0` if unknown.
PathText program_path(const char* argv0);

// A number that changes with each boot of the machine or the container. 0: unknown.
uint64_t boot_mark();

// Is this still the same process, and not a later one with its pid? Without start times, a best
// guess.
bool is_alive(pid_t pid, uint64_t start_time);

// Opens both ends of the pipe that is descriptor `fd` of another process. Empty on failure.
Pipe reopen_pipe(pid_t pid, int fd);

// The same for an unnamed pipe of which it has both ends, above descriptor 2.
Pipe reopen_held_pipe(pid_t pid);

// What ties a process to a service that may have started it. Where that cannot be known, nobody
// resides anywhere, and everybody is an orphan.

// Is this open directory its current one?
bool resides(pid_t pid, int directory);
// Was it started by a process that is gone? Its parent is then process 1, or one that we
// descend from, too. We do not descend from it itself.
bool is_orphan(pid_t pid);
// Does it lead a session that has no terminal, as services do?
bool is_detached(pid_t pid);
// Did it run already when that file was changed for the last time?
bool is_older(pid_t pid, const struct stat& file);
// The value that a variable had when its program began; empty if it had none.
PathText initial_variable(pid_t pid, std::string_view name);
// Shows every other process, and its current directory.
void meet_residents(FunctionRef<void(pid_t, const struct stat&)> meet);
// "name (pid)"
Text<64> name_and_pid(pid_t pid);

// A running process that is not a child of ours, so its exit raises no SIGCHLD.
class ForeignProcess {
 public:
  // False if that process has exited.
  [[nodiscard]] bool adopt(pid_t pid, uint64_t start_time);
  void forget();
  int release() { return handle_.release(); }  // transfers the descriptor; -1: none

  bool is_adopted() const { return pid_ != 0; }
  int fd() const { return handle_.get(); }  // readable once it has exited; -1: none
  Moment look_interval() const;             // never if there is fd()
  bool has_ended() const;

 private:
  pid_t pid_ = 0;
  uint64_t start_time_ = 0;
  Fd handle_;
};

}  // namespace stoker
