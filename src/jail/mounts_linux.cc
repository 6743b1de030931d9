// SPDX-License-Identifier: ISC
// The jail's mounts. All visible trees are cloned before anything is covered, and then attached
// from the outer paths to the inner ones.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/fd.hh"
#include "base/file.hh"
#include "base/text.hh"
#include "jail/devices.hh"
#include "jail/mount_calls.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

using Content = Mount::Content;
using Copies = std::array<Fd, most_rules>;

constexpr unsigned long harmless = MS_NOSUID | MS_NODEV;

bool is_root(const Mount& mount) { return std::string_view(mount.path) == "/"; }

uint64_t attributes_of(const Mount& mount) {
  return (mount.read_only ? mount_read_only : 0) | (mount.no_exec ? mount_no_exec : 0);
}

// A path that is missing is no feature that the system lacks: --try does not excuse it.
void lack(const Jail& jail, const Mount& mount, const char* path) {
  if (errno != ENOENT) return die_or_warn(jail, {"unable to use ", path});
  if (!mount.may_miss) die_errno({"unable to use ", path});
}

void copy(const Jail& jail, const Mount& mount, const char* from, Fd& into) {
  into = copy_tree(from);
  if (!into) lack(jail, mount, from);
}

// Bind mounts come from the outer tree, all others from the new root.
void copy_all(const Jail& jail, const Mounts& mounts, bool bound, Copies& copies) {
  size_t i = 0;
  for (const Mount& mount : mounts.items()) {
    Fd& into = copies[i++];
    if (mount.content == Content::bind && bound) copy(jail, mount, mount.source, into);
    if (mount.content == Content::same && !bound && !is_root(mount))
      copy(jail, mount, mount.path, into);
  }
}

void mount_processes(const Jail& jail) {
  static constexpr std::string_view visible[] = {"", "hidepid=noaccess", "hidepid=invisible",
                                                 "hidepid=ptraceable"};
  const PathText path(jail.root != nullptr ? jail.root : "", "/proc");
  Text<60> options(visible[static_cast<size_t>(jail.proc)]);
  if (jail.only_pids_in_proc) options.append(options.empty() ? "" : ",", "subset=pid");
  if (mount("proc", path.c_str(), "proc", harmless | MS_NOEXEC, options.c_str()) == 0) return;
  const bool lacks_pids = errno == EPERM && !jail.private_pids;
  die_or_warn(jail, {"unable to mount ", path,
                     lacks_pids ? ", which only root may without --private-pids" : ""});
}

void change_root(const Jail& jail) {
  const Fd tree = copy_tree(jail.root);
  if (!tree || !attach_tree(tree.get(), jail.root) || chdir(jail.root) != 0)
    die_errno({"unable to use ", jail.root});
  if (jail.needs_proc()) mount_processes(jail);
  // The new root is mounted over the old one, which is then detached.
  if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
    die_errno({"unable to change the root to ", jail.root});
}

// Creates a mount point, of the same type as the tree to be mounted.
bool make_place(const char* path, bool directory) {
  PathText outer(std::string_view{path});
  for (size_t i = 1; i < outer.size(); ++i) {
    if (outer.data()[i] != '/') continue;
    outer.data()[i] = '\0';
    if (mkdir(outer.c_str(), 0755) != 0 && errno != EEXIST) return false;
    outer.data()[i] = '/';
  }
  if (directory) return mkdir(path, 0755) == 0 || errno == EEXIST;
  return static_cast<bool>(open_append(AT_FDCWD, path, 0644));
}

void attach_copy(const Jail& jail, const Mount& mount, const Fd& tree) {
  if (!tree) return;  // it may be missing
  struct stat info {};
  const bool directory = fstat(tree.get(), &info) == 0 && S_ISDIR(info.st_mode);
  if (!exists(AT_FDCWD, mount.path) && !make_place(mount.path, directory))
    return die_or_warn(jail, {"unable to create ", mount.path});
  const uint64_t attributes = attributes_of(mount);
  if (attributes != 0 && !set_mount_attributes(tree.get(), "", attributes, true))
    return die_or_warn(jail, {"unable to protect ", mount.path});
  if (!attach_tree(tree.get(), mount.path)) die_or_warn(jail, {"unable to mount ", mount.path});
}

void mount_temporary(const Jail& jail, const Mount& mount, const struct stat& hidden) {
  const unsigned long flags = harmless | (mount.no_exec ? MS_NOEXEC : 0);
  Text<400> options("mode=0");
  for (int shift = 9; shift >= 0; shift -= 3) options.append((hidden.st_mode >> shift) & 7U);
  if (geteuid() == 0) options.append(",uid=", hidden.st_uid, ",gid=", hidden.st_gid);
  // Of two options of the same name, the last one counts.
  if (mount.options != nullptr && *mount.options != '\0') options.append(",", mount.options);
  if (::mount("tmpfs", mount.path, "tmpfs", flags, options.c_str()) != 0)
    die_or_warn(jail, {"unable to mount ", mount.path});
}

void hide_directory(const Jail& jail, const char* path) {
  if (::mount("tmpfs", path, "tmpfs", harmless | MS_NOEXEC | MS_RDONLY,
              "mode=000,size=4k,nr_inodes=1") != 0)
    die_or_warn(jail, {"unable to hide ", path});
}

// Mounts a file that cannot be opened. It is created in a file system that covers the parent
// directory for a moment and is unreachable afterwards.
void hide_file(const Jail& jail, const char* path) {
  const std::string_view whole(path);
  PathText around(whole);
  around.cut(whole.rfind('/'));
  if (around.empty()) around.append("/proc");
  if (::mount("tmpfs", around.c_str(), "tmpfs", harmless | MS_NOEXEC, "mode=700,size=4k") != 0)
    return die_or_warn(jail, {"unable to hide ", path});
  const PathText empty(around.view(), "/empty");
  const bool made = static_cast<bool>(open_append(AT_FDCWD, empty.c_str(), 0));
  const Fd tree = copy_tree(empty.c_str());
  const bool gone = umount2(around.c_str(), MNT_DETACH) == 0;
  if (!made || !tree || !gone ||
      !set_mount_attributes(tree.get(), "", mount_read_only | mount_no_exec, false) ||
      !attach_tree(tree.get(), path))
    die_or_warn(jail, {"unable to hide ", path});
}

// Mounts that cover a path with something else, which must exist.
void cover(const Jail& jail, const Mount& mount) {
  struct stat hidden {};
  if (stat(mount.path, &hidden) != 0) {
    lack(jail, mount, mount.path);
  } else if (mount.content == Content::temporary) {
    mount_temporary(jail, mount, hidden);
  } else if (mount.content == Content::devices) {
    mount_devices(jail, mount.path);
  } else if (S_ISDIR(hidden.st_mode)) {
    hide_directory(jail, mount.path);
  } else {
    hide_file(jail, mount.path);
  }
}

// The old directory would bypass all of this.
void change_back(const Mounts& mounts, const char* directory) {
  if (chdir(directory) == 0) return;
  const Mount* const cover = covering(mounts.items(), directory);
  if (cover == nullptr) die_errno({"unable to change back to ", directory});
  static constexpr std::string_view states[] = {"", " shows something else", " is new and empty",
                                                " holds devices only", " is inaccessible"};
  die({"unable to change back to ", directory, ": ", cover->path,
       states[static_cast<size_t>(cover->content)], " in the jail; start in another directory",
       cover->content == Content::nothing ? "" : ", or keep this one with --bind"});
}

// When all mounts below have been made in it.
void protect_temporary(const Jail& jail, const Mount& mount) {
  if (mount.content != Content::temporary || !mount.read_only) return;
  if (!set_mount_attributes(AT_FDCWD, mount.path, mount_read_only, false) && errno != ENOENT)
    die_or_warn(jail, {"unable to protect ", mount.path});
}

void protect_root(const Jail& jail, const Mount& mount) {
  const uint64_t attributes = attributes_of(mount);
  if (attributes != 0 && !set_mount_attributes(AT_FDCWD, "/", attributes, true))
    die_or_warn(jail, {"unable to protect /"});
}

}  // namespace

void make_mounts(const Jail& jail) {
  static constinit Text<4096> directory;
  char name[4097];
  if (getcwd(name, sizeof name) == nullptr) die_errno({"unable to get the current directory"});
  directory.append(std::string_view(name));

  // Later mounts outside still propagate into the jail, but none of ours propagate out.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
    return die_or_warn(jail, {"unable to separate the mounts"});
  const Mounts mounts = mounts_for(jail.rules.items());
  static constinit Copies copies;
  copy_all(jail, mounts, true, copies);
  if (jail.root != nullptr)
    change_root(jail);
  else if (jail.needs_proc())
    mount_processes(jail);
  copy_all(jail, mounts, false, copies);

  size_t i = 0;
  for (const Mount& mount : mounts.items()) {
    const Fd tree = std::move(copies[i++]);
    if (mount.content == Content::same && is_root(mount))
      protect_root(jail, mount);
    else if (mount.content == Content::same || mount.content == Content::bind)
      attach_copy(jail, mount, tree);
    else
      cover(jail, mount);
  }
  for (const Mount& mount : mounts.items()) protect_temporary(jail, mount);
  change_back(mounts, jail.root != nullptr ? "/" : directory.c_str());
}

}  // namespace stoker
