// SPDX-License-Identifier: ISC
#pragma once
#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <span>

#include "base/function_ref.hh"

namespace stoker {

// A descriptor that a new process has under another number.
struct Placed {
  int fd, target;
};

// What a new process shall be. Descriptors are lent; those not named here are
// close-on-exec everywhere in Stoker and so never reach the child.
struct Recipe {
  const char* const* argv = nullptr;   // NULL-terminated
  char* const* environment = nullptr;  // NULL-terminated
  const char* program = nullptr;       // the file to execute; argv[0], sought in PATH, if null
  int directory = -1;                  // changed into before
  int standard_input = -1;             // -1: as the parent's
  int standard_output = -1;
  int extra = -1;  // becomes descriptor `extra_target` last
  int extra_target = -1;
  std::span<const Placed> placed = {};  // more of these; no `fd` may be another's target
  std::span<const int> kept = {};       // stay open under their own numbers
  bool session = false;                 // in a session of its own
  bool group = false;                   // in a process group of its own
  // Called in the child before it executes its program; may only use system calls.
  FunctionRef<void()> in_child = {};
  const ::rlimit* open_files = nullptr;  // RLIMIT_NOFILE, where it differs from the parent's
};

struct Spawned {
  pid_t pid = -1;  // -1: no process could be made, see errno
  int error = 0;   // why the program could not be executed; the child then exits 111
};

// Sets RLIMIT_NOFILE.
bool limit_open_files(const ::rlimit& limit);

// Starts a process with default signal actions, an empty mask and only its own
// descriptors. Signals are blocked until the child executes its program, so none
// meant for the child is taken by the parent. Waits until the program is loaded,
// so that a failure to execute it is known here.
Spawned spawn(const Recipe& recipe);

struct Death {
  pid_t pid = 0;
  int status = 0;  // as wait(2) gives it
};

// The next child that has ended, if any; reaps it. Never blocks.
std::optional<Death> reap();

// Is it a child of ours, dead or alive? Does not reap it.
bool is_child(pid_t pid);

// Has this process any child, dead or alive? Does not reap it.
bool has_children();

// Sends a signal to one process, or to a whole group. False for numbers that are
// no single process or group of ours (0, 1, negative), with errno ESRCH.
bool signal_process(pid_t pid, int number);
bool signal_group(pid_t group, int number);

// Is anybody (not yet reaped zombies included) left in the group?
bool group_exists(pid_t group);

}  // namespace stoker
