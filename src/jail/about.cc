// SPDX-License-Identifier: ISC
#include "jail/about.hh"

namespace stoker {

constinit const About jail_about{
    "jail [--option[=value] ...] prog",
    "Run a program in a sandbox.\n"
    "  --protect-system[=full|strict]     /usr, /boot and more are read-only\n"
    "  --protect-home[=read-only|tmpfs]   no home directories\n"
    "  --private-tmp                      /tmp and /var/tmp of its own\n"
    "  --private-devices                  only harmless devices\n"
    "  --protect-kernel-tunables          /proc/sys, /sys and the like are read-only\n"
    "  --protect-control-groups           /sys/fs/cgroup is read-only\n"
    "  --read-only path\n"
    "  --read-write path\n"
    "  --inaccessible path\n"
    "  --no-exec path\n"
    "  --exec path                        an exception from that\n"
    "  --temporary-fs path                a new and empty directory\n"
    "  --bind source[:path]               show source there\n"
    "  --bind-read-only source[:path]     the same, read-only\n"
    "  --root dir                         the root directory\n"
    "  --private-network                  no network but a loopback device\n"
    "  --private-pids                     sees no other processes\n"
    "  --private-ipc                      shares no System V objects and queues\n"
    "  --system-call-filter list          allow or forbid system calls\n"
    "  --system-call-error-number error   what forbidden calls fail with\n"
    "  --allow-read path                  this and no other files\n"
    "  --allow-write path                 the same, to write\n"
    "  --allow-execute path               the same, to execute\n"
    "  --keep-capabilities                those that can break out, too\n"
    "  --explain                          print what would be done, and exit\n"
    "  --try                              go on without what the system lacks\n"};

}  // namespace stoker
