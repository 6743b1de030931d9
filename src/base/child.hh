// SPDX-License-Identifier: ISC
#pragma once
#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <span>

#include "base/function_ref.hh"

namespace stoker {

// A descriptor, and its number in the new process.
struct Placed {
  int fd, target;
};

// The most that Recipe::row may have.
constexpr size_t most_in_row = 253;

// How to start a process. Descriptors are borrowed; all others are close-on-exec everywhere in
// Stoker, so the child does not inherit them.
struct Recipe {
  const char* const* argv = nullptr;   // NULL-terminated
  char* const* environment = nullptr;  // NULL-terminated
  const char* program = nullptr;       // the file to execute; argv[0], looked up in PATH, if null
  int directory = -1;                  // the working directory
  int standard_input = -1;             // -1: as the parent's
  int standard_output = -1;
  int extra = -1;  // becomes descriptor `extra_target` last
  int extra_target = -1;
  std::span<const Placed> placed = {};  // more of these; no `fd` may be another's target; -1: none
  std::span<const int> kept = {};       // stay open under their own numbers
  std::span<const int> row = {};        // become 3 and what follows, in this order, and blocking
  bool session = false;                 // in a session of its own
  bool group = false;                   // in a process group of its own
  // Called in the child before it executes its program; may only use system calls.
  FunctionRef<void()> in_child = {};
  const ::rlimit* open_files = nullptr;  // RLIMIT_NOFILE, where it differs from the parent's
  int control_group = -1;  // where the process is born, an open directory; -1: as the parent
};

struct Spawned {
  pid_t pid = -1;  // -1: fork failed, see errno
  int error = 0;   // why the program could not be executed; the child then exits 111
  // … or the negative errno of entering the control group.
  bool is_outside() const { return error < 0; }
};

// Sets RLIMIT_NOFILE.
bool limit_open_files(const ::rlimit& limit);

// Starts a process with default signal actions, an empty mask and only its own descriptors.
// Signals are blocked until the child executes its program, so that no handler of ours runs in
// the child. Returns once the program is loaded, so that a failure to execute it is known.
Spawned spawn(const Recipe& recipe);

struct Death {
  pid_t pid = 0;
  int status = 0;  // as from wait(2)
};

// Reaps the next child that has exited, if any. Does not block.
std::optional<Death> reap();

// Is it a child of ours, running or not yet reaped?
bool is_child(pid_t pid);

// Does this process have any child, running or not yet reaped?
bool has_children();

// Sends a signal to a process or a process group. Refuses 0, 1 and negative numbers, which
// kill(2) takes for something else: false with errno ESRCH.
bool signal_process(pid_t pid, int number);
bool signal_group(pid_t group, int number);

// Does the group have members, zombies included?
bool group_exists(pid_t group);

}  // namespace stoker
