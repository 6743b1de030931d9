// SPDX-License-Identifier: ISC
#include "base/shared_directory.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text.hh"

namespace stoker {

namespace {

#if defined(O_PATH)
constexpr int for_look_ups = O_PATH;
#elif defined(O_SEARCH)
constexpr int for_look_ups = O_SEARCH;
#else
constexpr int for_look_ups = O_RDONLY;
#endif
constexpr int most_links = 16;

class Walk {
 public:
  explicit Walk(mode_t create) : create_(create) {}

  Fd go(int at, const char* path);

 private:
  Fd step(int at, const char* name, bool last);
  Fd follow(int at, const char* name);

  mode_t create_;  // 0: nothing is created
  int links_left_ = most_links;
};

Fd Walk::go(int at, const char* path) {
  Fd here;
  if (*path == '/') {
    here = step(AT_FDCWD, "/", false);
    if (!here) return here;
  }
  for (;;) {
    path += strspn(path, "/");
    const size_t size = strcspn(path, "/");
    const bool last = path[size + strspn(path + size, "/")] == '\0';
    // "/" has no names; it is its own ".".
    const PathText name(size == 0 ? "." : std::string_view(path, size));
    path += size;
    if (!last && name.view() == ".") continue;
    Fd next = step(here ? here.get() : at, name.c_str(), last);
    if (last || !next) return next;
    here = std::move(next);
  }
}

Fd Walk::step(int at, const char* name, bool last) {
  int flags = O_DIRECTORY | O_NOFOLLOW | (last ? O_RDONLY : for_look_ups);
  Fd next = open_with(at, name, flags);
  // Some sandboxes cannot open for look-ups only.
  if (!next && (errno == ENOSYS || errno == EINVAL)) {
    flags = O_DIRECTORY | O_NOFOLLOW | O_RDONLY;
    next = open_with(at, name, flags);
  }
  if (!next && errno == ENOENT && create_ != 0) {
    constexpr mode_t above = 0755;
    if (mkdirat(at, name, last ? create_ : above) != 0 && errno != EEXIST) return {};
    next = open_with(at, name, flags);
  }
  const bool may_be_link = !next && (errno == ENOTDIR || errno == ELOOP || errno == EMLINK);
  return may_be_link ? follow(at, name) : std::move(next);
}

Fd Walk::follow(int at, const char* name) {
  const int reason = errno;
  char target[4096];
  const ssize_t size = readlinkat(at, name, target, sizeof target - 1);
  struct stat here {};
  errno = reason;
  if (size <= 0 || links_left_-- == 0 || fstatat(at, ".", &here, 0) != 0) return {};
  target[size] = '\0';
  if (!others_can_write(here)) return go(at, target);
  errno = EPERM;
  return {};
}

}  // namespace

bool others_can_write(const struct stat& directory) {
  const uid_t user = geteuid();
  const gid_t group = directory.st_gid;
  if (directory.st_uid != 0 && directory.st_uid != user) return true;
  if ((directory.st_mode & S_IWOTH) != 0) return true;
  const bool own_group = group == 0 || (group == getegid() && group == user);
  return (directory.st_mode & S_IWGRP) != 0 && !own_group;
}

Fd open_directory_safely(const char* path, mode_t create) {
  errno = ENOENT;
  return *path != '\0' ? Walk(create).go(AT_FDCWD, path) : Fd();
}

bool is_plain_file(const struct stat& file) { return S_ISREG(file.st_mode) && file.st_nlink == 1; }

bool is_own_file(int fd) {
  struct stat facts {};
  return fstat(fd, &facts) == 0 && is_plain_file(facts) && facts.st_uid == geteuid();
}

Fd open_read_safely(int directory, const char* name) {
  struct stat facts {};
  if (fstat(directory, &facts) != 0) return {};
  if (!others_can_write(facts)) return open_read(directory, name);
  Fd file = open_read_plain(directory, name);
  if (file && fstat(file.get(), &facts) == 0 && is_plain_file(facts)) return file;
  // Systems differ in what they call a link that is not followed.
  if (file || errno == ELOOP || errno == EMLINK) errno = EPERM;
  return {};
}

Fd open_plain(int at, const char* name, mode_t mode) {
  Fd file = open_with(at, name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode);
  struct stat facts {};
  if (file && fstat(file.get(), &facts) == 0 && is_plain_file(facts)) return file;
  if (file) errno = EPERM;
  return {};
}

}  // namespace stoker
