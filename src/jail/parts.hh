// SPDX-License-Identifier: ISC
// The steps of entering a jail on Linux.
#pragma once
#include "base/report.hh"
#include "jail/jail.hh"

namespace stoker {

// Dies, or with --try warns, with the reason from errno.
void die_or_warn(const Jail& jail, Words what);

// Like unshare(2) of these kinds of namespaces, and a new one of users, in which those of the jail
// exist: without `identity` only this one. False, with errno, if the system refuses it.
[[nodiscard]] bool unshare_users(int kinds, PrivateUsers users);

// In a new mount namespace: makes the jail's mounts. Returns in the directory of the same name in
// the new tree.
void make_mounts(const Jail& jail);

// After a PID namespace was created: returns in a process inside it. This process, and another that
// is process 1 in there, relay signals and the exit code.
void become_init();

// The walls, and the list of permitted calls. The last step: it could forbid any other.
void filter_calls(const Jail& jail);

// By Landlock.
void restrict_files(const Jail& jail);

// By Landlock, where the kernel has a version that is up to it: keeps processes outside from being
// traced, and from being looked into through /proc/PID/root and the like. Needs no more rights than
// the mounts.
void isolate_processes();

}  // namespace stoker
