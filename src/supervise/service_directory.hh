// SPDX-License-Identifier: ISC
// The service directory: how it is named, what is open as it, and whether the name leads
// elsewhere by now.
#pragma once
#include <sys/stat.h>

#include <string_view>

#include "base/environment.hh"
#include "base/fd.hh"
#include "base/string_arena.hh"
#include "supervise/personality.hh"
#include "supervise/state_directory.hh"

namespace stoker {

// Changes when a file is added to the directory, replaced or removed. Never 0.
uint32_t stamp_of(const struct stat& directory);

class ServiceDirectory {
 public:
  explicit ServiceDirectory(const Personality& personality) : personality_(personality) {}

  // Names it as the user does, in PWD, too. These two die where something is missing. All is lent.
  void set_name(const char* path, Environment& environment, StringArena& texts);
  void enter();

  int get() const { return directory_.get(); }
  int base() const { return base_.get(); }  // where the supervisor was started
  const char* path() const { return path_; }
  std::string_view name() const { return name_; }  // the last part of the path
  const char* state_root() const { return state_root_; }

  // Where the state directory of the service is, if `directory` is this one.
  StateDirectory::Place state_place(int directory) const {
    return {directory, "", personality_.lock_verb, state_root_, path_, name_};
  }

  // Does the name lead to another directory by now? Notes the stamp.
  bool was_replaced();
  uint32_t stamp() const { return stamp_; }
  Fd find() const { return open_directory(base_.get(), path_); }
  void move_to(Fd directory) { directory_ = std::move(directory); }
  // The signal is raised once when a file in it is added or removed, which may be a setting, or the
  // state directory.
  void watch(int signal) const;

  // What the program shall find in PWD that we become, and what our children find there.
  void restore_pwd(Environment& environment) const;
  void set_pwd(Environment& environment) const { environment.set(pwd_); }

 private:
  const Personality& personality_;
  Fd base_, directory_;
  uint32_t stamp_ = 0;
  const char* path_ = nullptr;
  const char* state_root_ = nullptr;
  std::string_view name_;
  char* pwd_ = nullptr;            // "PWD=" and the directory's logical path
  char* inherited_pwd_ = nullptr;  // the variable as it was given to us
};

}  // namespace stoker
