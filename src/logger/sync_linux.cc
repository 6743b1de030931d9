// SPDX-License-Identifier: ISC
// Syncs in a process that shares our memory and nothing else. It shares errno, too, so it makes
// its system calls without the C library.
#include "logger/sync.hh"

#include <sched.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <climits>
#include <csignal>

#include "base/become.hh"

namespace stoker {

namespace {

// As the kernel answers: a negative errno if it fails.
#ifdef __SANITIZE_ADDRESS__  // its own memory is not made for that
#elif defined __x86_64__ && defined __LP64__
#define STOKER_RAW_CALLS
long raw_call(long number, long a, long b = 0, long c = 0) {
  long result = number;
  asm volatile("syscall" : "+a"(result) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}
#elif defined __aarch64__
#define STOKER_RAW_CALLS
long raw_call(long number, long a, long b = 0, long c = 0) {
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory", "cc");
  return x0;
}
#endif

}  // namespace

bool is_in_memory(int file) {
  constexpr unsigned long tmpfs = 0x01021994, ramfs = 0x858458f6;
  struct statfs found {};
  if (fstatfs(file, &found) != 0) return false;
  const auto kind = static_cast<unsigned long>(found.f_type) & UINT_MAX;
  return kind == tmpfs || kind == ramfs;
}

#ifdef STOKER_RAW_CALLS

namespace {

struct RawCalls {
  int sync(int file) const { return error_of(raw_call(SYS_fsync, file)); }
  int set_mode(int file, mode_t mode) const { return error_of(raw_call(SYS_fchmod, file, mode)); }
  static int error_of(long result) { return static_cast<int>(-result); }
};

void raw_close(unsigned from, unsigned to) {
#ifdef SYS_close_range
  if (raw_call(SYS_close_range, from, to) == 0) return;
#endif
  int unused = 0;
  for (unsigned fd = from; fd <= to && unused < 100; ++fd)
    unused = raw_call(SYS_close, fd) == 0 ? 0 : unused + 1;
}

}  // namespace

int SyncProcess::work(void* job) {
  const auto [file, marked] = *static_cast<const Job*>(job);
  const auto kept = static_cast<unsigned>(file);
  if (kept != 0) raw_close(0, kept - 1);
  raw_close(kept + 1, UINT_MAX);
  return exit_code(sync_and_mark(RawCalls(), file, marked));
}

pid_t SyncProcess::start(int file, mode_t marked) {
  const SignalsBlocked blocked;
  job_ = {file, marked};
  return clone(work, stack_.data() + stack_.size(), CLONE_VM | SIGCHLD, &job_);
}

#else

pid_t SyncProcess::start(int file, mode_t marked) { return fork_to_sync(file, marked); }

#endif

}  // namespace stoker
