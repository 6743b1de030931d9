// SPDX-License-Identifier: ISC
// What PID 1 has to ask of the kernel, and only Linux knows; the portable twin cannot do it.
#pragma once
#include "init/power.hh"

namespace stoker {

// Mounts what programs expect and nobody has mounted: /proc, /sys, /dev, /run and so on. Says
// what could not be.
void mount_the_usual();

// Ctrl-Alt-Del becomes SIGINT to PID 1, in place of a reboot at once.
void take_ctrl_alt_del();

// Is this process 1 of a PID namespace, and not of the machine? What is mounted and what the
// keyboard says is then somebody else's.
bool is_in_container();

// Unmounts what holds files, and makes read-only what cannot be unmounted, the root at last.
// Says what resists. May take long.
void release_disks();

// reboot(2). Returns only if that failed; see errno.
void end_machine(Power power);

// In a child that leads a session, see Recipe::in_child: makes the terminal that is open as
// `fd` the controlling one, whoever had it.
void take_terminal(int fd);

}  // namespace stoker
