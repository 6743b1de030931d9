// SPDX-License-Identifier: ISC
#include "base/fd.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

namespace stoker {

void Fd::reset(int fd) {
  if (fd_ >= 0) {
    const int kept = errno;
    close(fd_);
    errno = kept;
  }
  fd_ = fd;
}

Fd open_with(int at, const char* path, int flags, mode_t mode) {
  for (;;) {
    const int fd = openat(at, path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
    if (fd >= 0 || errno != EINTR) return Fd(fd);
  }
}

Fd open_read(int at, const char* path) { return open_with(at, path, O_RDONLY); }

Fd open_write(int at, const char* path) { return open_with(at, path, O_WRONLY); }

Fd open_append(int at, const char* path, mode_t mode) {
  return open_with(at, path, O_WRONLY | O_APPEND | O_CREAT, mode);
}

Fd open_truncate(int at, const char* path, mode_t mode) {
  return open_with(at, path, O_WRONLY | O_TRUNC | O_CREAT, mode);
}

Fd open_directory(int at, const char* path) { return open_with(at, path, O_RDONLY | O_DIRECTORY); }

Fd open_read_plain(int at, const char* path) { return open_with(at, path, O_RDONLY | O_NOFOLLOW); }

Fd open_write_plain(int at, const char* path) { return open_with(at, path, O_WRONLY | O_NOFOLLOW); }

Fd open_append_plain(int at, const char* path, mode_t mode) {
  return open_with(at, path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode);
}

Fd open_fresh(int at, const char* path, mode_t mode) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL;
  Fd fd = open_with(at, path, flags, mode);
  if (fd || errno != EEXIST || unlinkat(at, path, 0) != 0) return fd;
  return open_with(at, path, flags, mode);
}

Fd open_fifo_write(int at, const char* path) {
  Fd fifo = open_write_plain(at, path);
  struct stat facts {};
  if (!fifo || (fstat(fifo.get(), &facts) == 0 && S_ISFIFO(facts.st_mode))) return fifo;
  errno = ENXIO;
  return Fd();
}

Fd open_search(int at, const char* path) {
#if defined(O_PATH)
  return open_with(at, path, O_PATH | O_DIRECTORY);
#elif defined(O_SEARCH)
  return open_with(at, path, O_SEARCH | O_DIRECTORY);
#else
  return open_directory(at, path);
#endif
}

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  return {Fd(ends[0]), Fd(ends[1])};
}

bool set_nonblocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

size_t unread_bytes(int fd) {
  int bytes = 0;
  const bool known = fd >= 0 && ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0;
  return known ? static_cast<size_t>(bytes) : 0;
}

bool write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    data.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

ssize_t read_all(int fd, std::span<char> into) {
  size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = read(fd, into.data() + filled, into.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(filled);
}

Fd open_null() {
  Fd null = open_with(AT_FDCWD, "/dev/null", O_RDWR);
  struct stat facts {};
  if (null && fstat(null.get(), &facts) == 0 && S_ISCHR(facts.st_mode)) return null;
  errno = ENODEV;
  return Fd();
}

bool occupy_standard_descriptors() {
  pollfd streams[] = {{STDIN_FILENO, 0, 0}, {STDOUT_FILENO, 0, 0}, {STDERR_FILENO, 0, 0}};
  if (poll(streams, std::size(streams), 0) == 0) return true;
  for (const pollfd& one : streams) {
    struct stat facts {};
    if ((one.revents & POLLNVAL) == 0) continue;
    // All below it are open, so it gets this number.
    const int fd = open("/dev/null", O_RDWR);
    if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISCHR(facts.st_mode)) continue;
    if (fd >= 0) close(fd);
    // The end of a pipe without writers reads as empty, too; only writing fails.
    int ends[2];
    if (pipe(ends) != 0) return false;
    close(ends[1]);
  }
  return true;
}

}  // namespace stoker
