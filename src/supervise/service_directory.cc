// SPDX-License-Identifier: ISC
#include "supervise/service_directory.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hh"
#include "base/directory.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/layout.hh"

namespace stoker {

// Symbolic links are kept.
void ServiceDirectory::set_name(const char* path, Environment& environment, StringArena& texts) {
  path_ = path;
  Text<4100> pwd("PWD=");
  if (path[0] != '/') pwd.append(logical_directory(environment.get("PWD")).view());
  std::string_view rest(path);
  while (rest.size() > 1 && rest.back() == '/') rest.remove_suffix(1);
  if (path[0] != '/' && rest != ".") pwd.append("/");
  if (rest != ".") pwd.append(rest);
  pwd_ = texts.keep(pwd);
  if (pwd_ == nullptr) die_errno({"unable to get memory"});
  name_ = base_name(pwd_);
  inherited_pwd_ = environment.set(pwd_);
  state_root_ = environment.get(layout::variable_state);
}

void ServiceDirectory::enter() {
  base_ = open_directory(AT_FDCWD, ".");
  directory_ = open_directory(AT_FDCWD, path_);
  if (directory_ && fchdir(directory_.get()) == 0) return;
  if (personality_.called_as == CalledAs::runsv) die_errno({"unable to change to directory"});
  die_errno({"unable to chdir to ", path_});
}

uint32_t stamp_of(const struct stat& directory) {
  const timespec& changed = directory.st_ctim;
  Digest digest;
  for (uint64_t word : {uint64_t{directory.st_ino}, static_cast<uint64_t>(changed.tv_sec),
                        static_cast<uint64_t>(changed.tv_nsec)})
    digest.mix_number(word);
  return static_cast<uint32_t>(digest.value());
}

bool ServiceDirectory::was_replaced() {
  struct stat named {
  }, open{};
  if (fstatat(base_.get(), path_, &named, 0) != 0 || fstat(directory_.get(), &open) != 0)
    return false;
  stamp_ = stamp_of(named);
  return !is_same_file(named, open);
}

void ServiceDirectory::watch(int signal) const { watch_names(directory_.get(), signal); }

void ServiceDirectory::restore_pwd(Environment& environment) const {
  if (inherited_pwd_ != nullptr) environment.set(inherited_pwd_);
}

}  // namespace stoker
