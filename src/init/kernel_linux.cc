// SPDX-License-Identifier: ISC
#include "init/kernel.hh"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fd.hh"
#include "base/report.hh"
#include "init/mount_list.hh"

namespace stoker {

namespace {

// Holds the list of mounts, which is too large for the stack.
constinit std::array<char, 65536> buffer{};

struct UsualMount {
  const char* target;
  const char* type;
  unsigned long flags;
  const char* data;
};

// Outer mount points come first.
constexpr UsualMount usual_mounts[] = {
    {"/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr},
    {"/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr},
    {"/dev", "devtmpfs", MS_NOSUID, "mode=0755"},
    {"/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=0620,ptmxmode=0666"},
    {"/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"},
    {"/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"},
    {"/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate"},
};

// The whole list may not fit; the rest is read once other mounts are gone.
std::string_view read_mounts() {
  const Fd file = open_read(AT_FDCWD, "/proc/self/mounts");
  const ssize_t size = file ? read_all(file.get(), buffer) : -1;
  if (size <= 0) return {};
  const std::string_view text(buffer.data(), static_cast<size_t>(size));
  return {text.data(), text.rfind('\n') + 1};
}

// A directory on another device than its parent is a mount point. Bind mounts of the same device
// are found in the list, once /proc is mounted.
bool is_mounted(const char* target) {
  struct stat itself {
  }, above{};
  if (stat(target, &itself) != 0) return false;
  if (stat(PathText(target, "/..").c_str(), &above) == 0 && itself.st_dev != above.st_dev)
    return true;
  for (std::string_view lines = read_mounts(); !lines.empty();) {
    const auto mount = parse_mount(take_last_line(lines));
    if (mount && mount->target.view() == target) return true;
  }
  return false;
}

bool make_read_only(const char* target) {
  return mount(nullptr, target, nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

constexpr std::string_view root = "/";

// Returns how many it unmounted. The last mounted goes first.
int unmount_some() {
  int done = 0;
  for (std::string_view lines = read_mounts(); !lines.empty();) {
    const auto mount = parse_mount(take_last_line(lines));
    if (!mount || mount->target.view() == root || holds_no_files(mount->type)) continue;
    done += umount2(mount->target.c_str(), UMOUNT_NOFOLLOW) == 0 ? 1 : 0;
  }
  return done;
}

}  // namespace

void mount_standard_file_systems() {
  for (const auto& [target, type, flags, data] : usual_mounts) {
    if (is_mounted(target)) continue;
    mkdir(target, 0755);
    if (mount(type, target, type, flags, data) == 0) continue;
    // The kernel may be configured without these options.
    if (errno == EINVAL && mount(type, target, type, flags, nullptr) == 0) continue;
    if (errno != EBUSY) warn_errno({"unable to mount ", type, " on ", target});
  }
}

void take_ctrl_alt_del() {
  // Fails in a container, which has no keyboard.
  reboot(RB_DISABLE_CAD);
}

bool is_in_container() {
  // The initial PID namespace has the same inode number on every machine.
  constexpr ino_t first_pid_namespace = 0xEFFFFFFC;
  struct stat facts {};
  if (stat("/proc/self/ns/pid", &facts) != 0) return false;
  return facts.st_ino != first_pid_namespace;
}

void release_disks() {
  while (unmount_some() > 0) {
  }
  for (std::string_view lines = read_mounts(); !lines.empty();) {
    const auto mount = parse_mount(take_last_line(lines));
    if (!mount || holds_no_files(mount->type)) continue;
    if (!make_read_only(mount->target.c_str()))
      warn_errno({"unable to make ", mount->target, " read-only"});
  }
}

void end_machine(Power power) {
  switch (power) {
  case Power::off: reboot(RB_POWER_OFF); break;
  case Power::reboot: reboot(RB_AUTOBOOT); break;
  case Power::halt: reboot(RB_HALT_SYSTEM); break;
  }
}

void take_terminal(int fd) {
  constexpr int from_anybody = 1;
  ioctl(fd, TIOCSCTTY, from_anybody);
}

}  // namespace stoker
