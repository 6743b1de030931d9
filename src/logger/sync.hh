// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace stoker {

// How it went to bring a file safely to disk and to mark it so.
struct SyncResult {
  enum class Step : uint8_t { none, sync, mark };

  Step failed = Step::none;
  int error = 0;  // errno of that step

  bool is_safe() const { return failed == Step::none; }
  bool operator==(const SyncResult&) const = default;
};

// As the exit code of a process, where an errno above 127 becomes EIO.
int exit_code(const SyncResult& result);
SyncResult sync_result(int exit_code);

// The calls are given, since some must not touch errno. Each returns 0 or an errno.
template <typename Calls>
SyncResult sync_and_mark(const Calls& calls, int file, mode_t marked) {
  const int error = calls.sync(file);
  // What cannot be synchronised at all is as safe as it gets.
  if (error != 0 && error != EINVAL && error != EROFS) return {SyncResult::Step::sync, error};
  const int refused = calls.set_mode(file, marked);
  if (refused != 0) return {SyncResult::Step::mark, refused};
  return {};
}

// Here and now, which may take long.
SyncResult sync_and_mark(int file, mode_t marked);

// Is the file in memory only, so that this takes no time?
bool is_in_memory(int file);

// A process that does it, so that the lines flow on.
class SyncProcess {
 public:
  // Returns the child's pid, or -1 if there can be none. It ends with exit_code(). `file` and this
  // object are lent until then. The child has no other descriptor: a successor of ours may wait
  // for a lock, or for the end of a pipe.
  pid_t start(int file, mode_t marked);

 private:
  struct Job {
    int file = -1;
    mode_t marked = 0;
  };

  static int work(void* job);

  Job job_;
  // Of a child that shares our memory. If that were copied, each page that we write to would have
  // to be copied behind every rotation.
  alignas(16) std::array<std::byte, 1024> stack_;
};

// The same in a process with a copy of our memory.
pid_t fork_to_sync(int file, mode_t marked);

}  // namespace stoker
