// SPDX-License-Identifier: ISC
// What entering a jail on Linux is made of.
#pragma once
#include "base/report.hh"
#include "jail/jail.hh"

namespace stoker {

// With the reason from errno: dies, or under --try warns.
void complain_of_jail(const Jail& jail, Words what);

// In a new mount namespace: the jail's tree of files. Comes back in the directory of
// the same name, seen in that tree.
void make_mounts(const Jail& jail);

// After a process id namespace was made: comes back in a process in it. This one and
// another, which is its process 1, pass on signals and the exit code.
void become_init();

// By Landlock.
void restrict_files(const Jail& jail);

}  // namespace stoker
