// SPDX-License-Identifier: ISC
#include "base/report.hh"

#include <cerrno>
#include <cstring>

#include "catch.hh"

using namespace stoker;

TEST_CASE("errors have daemontools' texts") {
  const auto [error, words] = GENERATE(table<int, const char*>({
      {EINTR, "interrupted system call"},
      {ENOMEM, "out of memory"},
      {ENOENT, "file does not exist"},
      {ETXTBSY, "text busy"},
      {EIO, "input/output error"},
      {EEXIST, "file already exists"},
      {ETIMEDOUT, "timed out"},
      {EINPROGRESS, "operation in progress"},
      {EAGAIN, "temporary failure"},
      {EPIPE, "broken pipe"},
      {EPERM, "permission denied"},
      {EACCES, "access denied"},
      {ENXIO, "device not configured"},
      {EPROTO, "protocol error"},
      {EISDIR, "is a directory"},
      {ECONNREFUSED, "connection refused"},
      {ENOTDIR, "not a directory"},
      {ESRCH, "no such process"},
      {E2BIG, "argument list too long"},
      {ENOEXEC, "exec format error"},
      {EBADF, "file descriptor not open"},
      {ECHILD, "no child processes"},
      {EDEADLK, "operation would cause deadlock"},
      {EBUSY, "device busy"},
      {EXDEV, "cross-device link"},
      {ENODEV, "device does not support operation"},
      {EINVAL, "invalid argument"},
      {ENFILE, "system cannot open more files"},
      {EMFILE, "process cannot open more files"},
      {ENOTTY, "not a tty"},
      {EFBIG, "file too big"},
      {ENOSPC, "out of disk space"},
      {ESPIPE, "unseekable descriptor"},
      {EROFS, "read-only file system"},
      {EMLINK, "too many links"},
      {ELOOP, "symbolic link loop"},
      {ENAMETOOLONG, "file name too long"},
      {ENOTEMPTY, "directory not empty"},
      {EDQUOT, "disk quota exceeded"},
      {ENOLCK, "no locks available"},
      {ENOSYS, "system call not available"},
  }));
  CHECK(error_text(error) == words);
}

TEST_CASE("other errors have the system's texts") {
  CHECK(error_text(EOVERFLOW) == strerror(EOVERFLOW));
  CHECK_FALSE(error_text(123456).empty());
}
