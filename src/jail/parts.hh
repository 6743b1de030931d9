// SPDX-License-Identifier: ISC
// The steps of entering a jail on Linux.
#pragma once
#include "base/report.hh"
#include "jail/jail.hh"

namespace stoker {

// Dies, or with --try warns, with the reason from errno.
void die_or_warn(const Jail& jail, Words what);

// In a new mount namespace: makes the jail's mounts. Returns in the directory of the same name in
// the new tree.
void make_mounts(const Jail& jail);

// After a PID namespace was created: returns in a process inside it. This process, and another that
// is process 1 in there, relay signals and the exit code.
void become_init();

// By Landlock.
void restrict_files(const Jail& jail);

// By Landlock, where the kernel has a version that is up to it: keeps processes outside from being
// traced, and from being looked into through /proc/PID/root and the like. Needs no more rights than
// the mounts.
void isolate_processes();

}  // namespace stoker
