// SPDX-License-Identifier: ISC
// What only some systems tell about processes, each with a portable twin.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"
#include "base/text.hh"

namespace stoker {

// Descriptors from 3 on that were handed to this process stay its own: no program that
// it executes gets them.
void seal_descriptors();

// From now on, orphaned descendants become children of this process. False where
// the system has no such thing.
bool adopt_orphans();

// Kills this process when its parent ends, or if `parent` has ended already, where the
// system can. May be called between vfork and exec.
void end_with_parent(pid_t parent);

// The pids of this process's children that run, as many as fit. 0 where the system
// cannot tell.
size_t list_children(std::span<pid_t> into);

// When a process group must be looked at again to learn that it is empty: never
// where the death of each member comes as SIGCHLD (see adopt_orphans).
Moment group_look_interval();

// How far now() is ahead of the machine's own monotonic clock: a time namespace has
// another one. What is written down for others is in the machine's.
Moment clock_shift();

// When the process was started, in the kernel's clock ticks since boot, the same from
// whatever time namespace it is looked at; with the pid it names one process for ever.
// 0: unknown.
uint64_t process_start_time(pid_t pid);

// Is this process's parent called so? False where the system cannot tell.
bool parent_is_called(std::string_view name);

// The members of a process group as "name (pid), name (pid)", as many as fit. Empty
// where the system cannot tell.
Text<400> members_of(pid_t group);

// Does anything in the group still run? What is dead and only not waited for by its
// parent does not count, where the system can tell.
bool group_runs(pid_t group);

// The file that this process was executed from, as it is called now; `argv0` where the
// system cannot tell.
PathText program_path(const char* argv0);

// A number that is another one after each boot, of the machine or the container; 0:
// unknown.
uint64_t boot_mark();

// Is this the process, and not a later one of the same number? Without start times, as good
// as can be told.
bool is_alive(pid_t pid, uint64_t start_time);

// The pipe that another process has as descriptor `fd`, opened again at both ends;
// empty where that cannot be done.
Pipe reopen_pipe(pid_t pid, int fd);

// The same for a pipe without a name of which it holds both ends beyond 0, 1 and 2.
Pipe reopen_held_pipe(pid_t pid);

// A process that runs but is no child of ours, so that nobody tells us of its end.
class ForeignProcess {
 public:
  // False if that process is gone.
  [[nodiscard]] bool adopt(pid_t pid, uint64_t start_time);
  void forget();
  int release() { return handle_.release(); }  // gives the descriptor away; -1: none

  bool is_adopted() const { return pid_ != 0; }
  int fd() const { return handle_.get(); }  // readable when it has ended; -1: none
  Moment look_interval() const;             // never where fd() tells
  bool has_ended() const;

 private:
  pid_t pid_ = 0;
  uint64_t start_time_ = 0;
  Fd handle_;
};

}  // namespace stoker
