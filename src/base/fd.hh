// SPDX-License-Identifier: ISC
#pragma once
#include <sys/stat.h>
#include <sys/types.h>

#include <span>
#include <string_view>
#include <utility>

namespace stoker {

// Owns one file descriptor. Empty means "the call failed, see errno", so a
// function that opens something returns Fd and needs no other error channel.
// Pass Fd by value to transfer ownership, pass int to lend.
class [[nodiscard]] Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& from) noexcept : fd_(from.release()) {}
  Fd& operator=(Fd&& from) noexcept {
    reset(from.release());
    return *this;
  }
  ~Fd() { reset(); }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);  // closes the old one; never changes errno

 private:
  int fd_ = -1;
};

// All of these set close-on-exec and do not block, not even on a FIFO. `at` is a directory
// descriptor, or AT_FDCWD.
Fd open_with(int at, const char* path, int flags, mode_t mode = 0);
Fd open_read(int at, const char* path);
Fd open_write(int at, const char* path);                  // must exist
Fd open_append(int at, const char* path, mode_t mode);    // created if missing
Fd open_truncate(int at, const char* path, mode_t mode);  // created if missing
Fd open_directory(int at, const char* path);
// These do not follow a symbolic link as the last part of the path (ELOOP).
Fd open_read_plain(int at, const char* path);
Fd open_write_plain(int at, const char* path);                // must exist
Fd open_append_plain(int at, const char* path, mode_t mode);  // created if missing
// A new file of ours; what has that name is removed.
Fd open_fresh(int at, const char* path, mode_t mode);
// To write to a FIFO that a process reads, and to nothing else: ENXIO.
Fd open_fifo_write(int at, const char* path);
// For look-ups only, which needs no permission to list the directory.
Fd open_search(int at, const char* path);

// Do both describe the same file, whatever its names?
inline bool is_same_file(const struct stat& one, const struct stat& other) {
  return one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

struct Pipe {
  Fd read, write;
  explicit operator bool() const { return static_cast<bool>(read); }
};
// Both ends close-on-exec and blocking; empty on failure.
[[nodiscard]] Pipe make_pipe();

[[nodiscard]] bool set_nonblocking(int fd);

// How much data is in the pipe; 0 if `fd` is not a pipe, or negative.
size_t unread_bytes(int fd);
inline bool has_unread(int fd) { return unread_bytes(fd) > 0; }

// Writes everything; continues after EINTR and short writes.
[[nodiscard]] bool write_all(int fd, std::string_view data);

// Reads until `into` is full or the file ends. Returns the number of bytes, or -1.
[[nodiscard]] ssize_t read_all(int fd, std::span<char> into);

// The device /dev/null; empty where there is none, or a file in its place.
Fd open_null();

// Opens /dev/null on those of 0, 1 and 2 that are closed, so that no file opened later becomes
// a standard stream; or what comes nearest to it if it is missing, or no device.
[[nodiscard]] bool occupy_standard_descriptors();

}  // namespace stoker
