// SPDX-License-Identifier: ISC
// Kernel services for PID 1, which only Linux has; the portable twin does nothing.
#pragma once
#include "init/power.hh"

namespace stoker {

// Mounts /proc, /sys, /dev, /run and so on where they are not mounted yet. Reports failures.
void mount_standard_file_systems();

// Makes Ctrl-Alt-Del send SIGINT to PID 1 instead of rebooting at once.
void take_ctrl_alt_del();

// Is this process 1 of a PID namespace, and not of the machine? Then mounts and keyboard belong to
// the host.
bool is_in_container();

// Unmounts file systems on disks; remounts read-only those that are busy, the root last. Reports
// failures. May take long.
void release_disks();

// reboot(2). Returns only on failure; see errno.
void end_machine(Power power);

// For Recipe::in_child of a session leader: makes the terminal that is open as `fd` the controlling
// terminal, even if another session has it.
void take_terminal(int fd);

}  // namespace stoker
