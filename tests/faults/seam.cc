// SPDX-License-Identifier: ISC
// A seam over the system calls: linked in with --wrap, it lets the n-th call of a
// program fail once. FAULT_PROGRAM names the program, FAULT_AT is n, FAULT_ERRNO the
// reason. The file FAULT_ONCE arms it and is removed when it strikes, so that it does so
// once in a whole tree. FAULT_COUNT is a file that gets a byte for each call.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

#include "base/child.hh"

// --wrap=NAME makes calls of NAME go to __wrap_NAME, and gives the original the name
// __real_NAME. Those below all fail by -1.
#define SEAM(result, name, parameters, arguments)            \
  extern "C" result __real_##name parameters;                \
  extern "C" result __wrap_##name parameters;                \
  extern "C" result __wrap_##name parameters {               \
    return strikes() ? result(-1) : __real_##name arguments; \
  }

extern "C" int __real_openat(int at, const char* path, int flags, ...);
extern "C" ssize_t __real_write(int fd, const void* data, size_t size);

namespace {

bool strikes() {
  const char* const program = getenv("FAULT_PROGRAM");
  const char* const at = getenv("FAULT_AT");
  const char* const once = getenv("FAULT_ONCE");
  const char* const counted = getenv("FAULT_COUNT");
  static long count = 0;
  if (program == nullptr || strcmp(program, program_invocation_short_name) != 0) return false;
  const int kept = errno;
  if (counted != nullptr) {
    const int fd = __real_openat(AT_FDCWD, counted, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd >= 0 && __real_write(fd, ".", 1) == 1) close(fd);
  }
  const bool now = at != nullptr && ++count == atol(at) && once != nullptr && unlink(once) == 0;
  errno = now ? atoi(getenv("FAULT_ERRNO")) : kept;
  return now;
}

}  // namespace

extern "C" int __wrap_openat(int at, const char* path, int flags, ...);
extern "C" int __wrap_openat(int at, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return strikes() ? -1 : __real_openat(at, path, flags, mode);
}

extern "C" int __real_fcntl(int fd, int command, ...);
extern "C" int __wrap_fcntl(int fd, int command, ...);
extern "C" int __wrap_fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  const long argument = va_arg(rest, long);
  va_end(rest);
  return strikes() ? -1 : __real_fcntl(fd, command, argument);
}

extern "C" long __real_syscall(long number, ...);
extern "C" long __wrap_syscall(long number, ...);
extern "C" long __wrap_syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  long argument[3];
  for (long& one : argument) one = va_arg(rest, long);
  va_end(rest);
  return strikes() ? -1 : __real_syscall(number, argument[0], argument[1], argument[2]);
}

SEAM(ssize_t, read, (int fd, void* data, size_t size), (fd, data, size))
SEAM(ssize_t, write, (int fd, const void* data, size_t size), (fd, data, size))
SEAM(int, pipe2, (int* ends, int flags), (ends, flags))
SEAM(int, renameat, (int at, const char* from, int to, const char* name), (at, from, to, name))
SEAM(int, unlinkat, (int at, const char* path, int flags), (at, path, flags))
SEAM(int, mkdirat, (int at, const char* path, mode_t mode), (at, path, mode))
SEAM(int, mkfifoat, (int at, const char* path, mode_t mode), (at, path, mode))
SEAM(int, fstatat, (int at, const char* path, struct stat* facts, int flags),
     (at, path, facts, flags))
SEAM(int, fstat, (int fd, struct stat* facts), (fd, facts))
SEAM(int, stat, (const char* path, struct stat* facts), (path, facts))
SEAM(int, fchdir, (int fd), (fd))
SEAM(int, flock, (int fd, int operation), (fd, operation))
SEAM(ssize_t, readlinkat, (int at, const char* path, char* target, size_t size),
     (at, path, target, size))
SEAM(int, ppoll, (pollfd * fds, nfds_t count, const timespec* limit, const sigset_t* mask),
     (fds, count, limit, mask))
SEAM(int, inotify_add_watch, (int fd, const char* path, unsigned mask), (fd, path, mask))
SEAM(int, inotify_init1, (int flags), (flags))
SEAM(int, socket, (int family, int type, int protocol), (family, type, protocol))
SEAM(int, socketpair, (int family, int type, int protocol, int* fds), (family, type, protocol, fds))
SEAM(int, bind, (int fd, const sockaddr* address, socklen_t size), (fd, address, size))
SEAM(int, listen, (int fd, int backlog), (fd, backlog))
SEAM(int, setsockopt, (int fd, int level, int name, const void* value, socklen_t size),
     (fd, level, name, value, size))
SEAM(ssize_t, sendmsg, (int fd, const msghdr* message, int flags), (fd, message, flags))
SEAM(ssize_t, recvmsg, (int fd, msghdr* message, int flags), (fd, message, flags))
SEAM(ssize_t, recv, (int fd, void* data, size_t size, int flags), (fd, data, size, flags))
SEAM(int, rename, (const char* from, const char* to), (from, to))
SEAM(int, fchmodat, (int at, const char* name, mode_t mode, int flags), (at, name, mode, flags))

// A wait for existing children can only be interrupted, whatever reason was requested.
extern "C" pid_t __real_waitpid(pid_t pid, int* status, int options);
extern "C" pid_t __wrap_waitpid(pid_t pid, int* status, int options);
extern "C" pid_t __wrap_waitpid(pid_t pid, int* status, int options) {
  if (!strikes()) return __real_waitpid(pid, status, options);
  errno = EINTR;
  return -1;
}

// The whole of spawn(), as if fork had been refused; vfork itself cannot be wrapped.
extern "C" stoker::Spawned __real__ZN6stoker5spawnERKNS_6RecipeE(const stoker::Recipe& recipe);
extern "C" stoker::Spawned __wrap__ZN6stoker5spawnERKNS_6RecipeE(const stoker::Recipe& recipe);
extern "C" stoker::Spawned __wrap__ZN6stoker5spawnERKNS_6RecipeE(const stoker::Recipe& recipe) {
  return strikes() ? stoker::Spawned{} : __real__ZN6stoker5spawnERKNS_6RecipeE(recipe);
}
