// SPDX-License-Identifier: ISC
// The sockets of a process, and those that svscan keeps for a supervisor.
#pragma once
#include <filesystem>
#include <set>
#include <string>

#include "sandbox.hh"

namespace stoker::test {

inline std::set<std::string> sockets_of(pid_t pid) {
  std::set<std::string> sockets;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (target.starts_with("socket:")) sockets.insert(target);
  }
  return sockets;
}

// svscan has the pair of sockets that the supervisor has.
inline void await_copies(Sandbox& box, const Process& tree, const std::string& service) {
  const auto has_copies = [&] {
    const auto theirs = sockets_of(box.status(service).supervisor);
    size_t common = 0;
    for (const std::string& one : sockets_of(tree.pid())) common += theirs.count(one);
    return common >= 2;
  };
  box.wait_for(has_copies, "copies of the sockets");
}

}  // namespace stoker::test
