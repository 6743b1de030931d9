// SPDX-License-Identifier: ISC
#include <sched.h>
#include <sys/mount.h>

#include "chain/credentials.hh"

namespace stoker {

namespace {

constexpr unsigned long harmless = MS_NOSUID | MS_NODEV | MS_NOEXEC;

}  // namespace

bool mount_for_us_only(const char* directory) {
  // Later mounts outside are still seen.
  return unshare(CLONE_NEWNS) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0 &&
         mount("ramfs", directory, "ramfs", harmless, "mode=0700") == 0;
}

bool seal_mount(const char* directory) {
  return mount(nullptr, directory, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | harmless, nullptr) ==
         0;
}

}  // namespace stoker
