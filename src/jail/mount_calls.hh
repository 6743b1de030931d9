// SPDX-License-Identifier: ISC
// The newer system calls for mounts, which not every libc has functions for.
#pragma once
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "base/fd.hh"

// These have the same number on all kinds of machines.
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

namespace stoker {

constexpr uint64_t mount_read_only = 1, mount_no_exec = 8;

// A copy of what is mounted there and below, not to be seen anywhere yet.
inline Fd copy_tree(const char* path) {
  constexpr int clone = 1, recursive = 0x8000;
  return Fd(
      static_cast<int>(syscall(SYS_open_tree, AT_FDCWD, path, clone | recursive | O_CLOEXEC)));
}

[[nodiscard]] inline bool attach_tree(int tree, const char* path) {
  constexpr int from_is_empty = 4, follow_links = 0x10;
  return syscall(SYS_move_mount, tree, "", AT_FDCWD, path, from_is_empty | follow_links) == 0;
}

// `path` may be empty, for what `at` itself is.
[[nodiscard]] inline bool set_mount_attributes(int at, const char* path, uint64_t attributes,
                                               bool recursive) {
  const struct { uint64_t set, clear, propagation, user_namespace; } change{attributes, 0, 0, 0};
  constexpr int empty_path = 0x1000, all_below = 0x8000;
  const int flags = (*path == '\0' ? empty_path : 0) | (recursive ? all_below : 0);
  return syscall(SYS_mount_setattr, at, path, flags, &change, sizeof change) == 0;
}

}  // namespace stoker
