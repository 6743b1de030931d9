// SPDX-License-Identifier: ISC
#include "chain/hand_over.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/dynamic_user.hh"
#include "chain/identity.hh"

namespace stoker {

namespace {

constexpr unsigned deepest = 64;

class HandOver {
 public:
  HandOver(const Identity& owner, dev_t device) : owner_(owner), device_(device) {}
  void below(int directory, const char* name, unsigned depth) const;

 private:
  void one(int directory, const char* name, unsigned depth) const;
  const Identity& owner_;
  dev_t device_;
};

void HandOver::one(int directory, const char* name, unsigned depth) const {
  struct stat info {};
  if (fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_dev != device_) return;
  if (is_dynamic_user(info.st_uid) && info.st_uid != owner_.user &&
      fchownat(directory, name, owner_.user, owner_.group(), AT_SYMLINK_NOFOLLOW) != 0)
    die_errno({"unable to change the owner of ", name});
  if (S_ISDIR(info.st_mode)) below(directory, name, depth + 1);
}

void HandOver::below(int directory, const char* name, unsigned depth) const {
  if (depth > deepest) die({"unable to change the owner of ", name, ": too deep"});
  const Fd fd = open_with(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd) die_errno({"unable to change the owner of ", name});
  Directory list(fd.get(), ".");
  if (!list) die_errno({"unable to list ", name});
  while (const char* const each = list.next()) one(fd.get(), each, depth);
  if (errno != 0) die_errno({"unable to list ", name});
}

}  // namespace

void hand_over(int directory, const Identity& owner) {
  struct stat info {};
  if (!is_dynamic_user(owner.user) || fstat(directory, &info) != 0) return;
  HandOver(owner, info.st_dev).below(directory, ".", 0);
}

}  // namespace stoker
