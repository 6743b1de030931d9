// SPDX-License-Identifier: ISC
// A control group for one test, with all that is started in it. The hierarchy is that of the
// machine, so a test leaves nothing there: the group is removed at the end.
#pragma once
#include <string>
#include <vector>

#include "sandbox.hh"

namespace stoker::test {

// Is there a hierarchy of version 2 in which groups can be made, or can one be mounted?
bool can_group();

class Groups {
 public:
  explicit Groups(Sandbox& box);
  ~Groups();
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  const std::string& path() const { return path_; }
  // What is started with it is in the group.
  Setup inside(Setup setup = {}) const;
  // The groups below, as "a/b", sorted.
  std::vector<std::string> below() const;

 private:
  std::string path_;
  int fd_ = -1;
};

// The directory of the group of a process.
std::string group_of(pid_t pid);
// Those in a group, by its directory.
std::vector<pid_t> members_of_group(const std::string& directory);

}  // namespace stoker::test
