// SPDX-License-Identifier: ISC
#include "base/report.hh"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/digest.hh"
#include "base/fd.hh"
#include "base/origin.hh"
#include "base/text.hh"

namespace stoker {

namespace {

// Kept as parts, which saves memory in supervisors.
constinit std::array<std::string_view, 3> program;
std::string_view (*origin)() = nullptr;

struct ErrorWords {
  int error;
  std::string_view words;
};

constexpr ErrorWords table[] = {
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
    {EADDRINUSE, "address already in use"},
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
};

void emit(std::string_view before, Words what, int error) {
  const int kept = errno;
  Text<2048> line;
  if (origin != nullptr) line.append(origin());
  line.append(before);
  for (const std::string_view word : what) line.append(word);
  if (error != 0) line.append(": ", error_text(error));
  for (char* byte = line.data(); byte != line.data() + line.size(); ++byte)
    if ((*byte >= 0 && *byte < ' ') || *byte == 127) *byte = '?';
  if (line.truncated()) line.cut(line.size() - 1);
  line.append('\n');
  if (line.truncated()) {
    line.cut(line.size() - 1);
    line.append('\n');
  }
  // A failure of standard error cannot be reported.
  static_cast<void>(write_all(STDERR_FILENO, line));
  errno = kept;
}

Text<320> prefix(std::string_view level) {
  Text<300> name;
  for (const std::string_view part : program) name.append(part);
  return Text<320>(name.view(), ": ", level, ": ");
}

}  // namespace

void set_program(Words name) {
  program = {};
  std::copy_n(name.begin(), std::min(name.size(), program.size()), program.begin());
}

void set_origin(std::string_view (*find)()) { origin = find; }

std::string_view error_text(int error) {
  for (const auto& [known, words] : table)
    if (known == error) return words;
  return strerror(error);
}

void say(std::string_view level, Words what, int error) { emit(prefix(level), what, error); }

void warn(Words what) { emit(prefix("warning"), what, 0); }

void warn_errno(Words what) { emit(prefix("warning"), what, errno); }

void die(Words what, int code) {
  emit(prefix("fatal"), what, 0);
  _exit(code);
}

void die_errno(Words what, int code) {
  emit(prefix("fatal"), what, errno);
  _exit(code);
}

void usage(std::string_view synopsis, int code) {
  emit(prefix("usage"), {synopsis}, 0);
  _exit(code);
}

void usage_runit(std::string_view synopsis, int code) {
  emit("usage: ", {synopsis}, 0);
  static_cast<void>(write_all(STDERR_FILENO, "\n"));
  _exit(code);
}

bool Complaint::is_new(Words what, int error) {
  Digest digest;
  for (const std::string_view word : what) digest.mix(word);
  digest.mix(static_cast<unsigned char>(error));
  const auto value = static_cast<uint32_t>(digest.value());
  return std::exchange(last_, value) != value;
}

void Complaint::warn(Words what) {
  if (is_new(what, 0)) stoker::warn(what);
}

void Complaint::fail(Words what) {
  if (is_new(what, 0)) emit(prefix("fatal"), what, 0);
}

void Complaint::say_errno(std::string_view level, Words what) {
  if (is_new(what, errno)) emit(prefix(level), what, errno);
}

void Complaint::warn_errno(Words what) {
  if (is_new(what, errno)) stoker::warn_errno(what);
}

}  // namespace stoker
