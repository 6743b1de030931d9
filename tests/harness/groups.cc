// SPDX-License-Identifier: ISC
#include "groups.hh"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/control_group.hh"

namespace stoker::test {

namespace {

std::string name_of_group() { return "stoker-test." + std::to_string(getpid()); }

// Where no hierarchy is mounted, one is, in a namespace of this process.
std::string own_group() {
  PathText group = control_group_of(0);
  if (group.empty() && can_mount()) {
    static const std::string place = std::filesystem::temp_directory_path() / name_of_group();
    std::filesystem::create_directories(place);
    if (unshare(CLONE_NEWNS) == 0 && mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        mount("none", place.c_str(), "cgroup2", 0, nullptr) == 0)
      group = control_group_of(0);
  }
  return std::string(group.view());
}

}  // namespace

bool can_group() {
  const std::string own = own_group();
  const std::string probe = own + "/" + name_of_group() + ".probe";
  if (own.empty() || is_portable_twin()) return false;
  const bool can =
      mkdir(probe.c_str(), 0755) == 0 && access((probe + "/cgroup.kill").c_str(), W_OK) == 0;
  rmdir(probe.c_str());
  return can;
}

Groups::Groups(Sandbox&) : path_(own_group() + "/" + name_of_group()) {
  REQUIRE((mkdir(path_.c_str(), 0755) == 0 || errno == EEXIST));
  fd_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(fd_ >= 0);
}

// What has been killed needs a moment.
Groups::~Groups() {
  static_cast<void>(kill_group(fd_));
  const Fd events = open_read(fd_, group_file::events);
  for (const Moment deadline = now() + timeout; now() < deadline;)
    if (!is_group_populated(events.get()) && remove_group(AT_FDCWD, path_.c_str())) break;
  close(fd_);
}

Setup Groups::inside(Setup setup) const {
  setup.in_child = [fd = fd_] {
    if (!enter_group(fd, 0)) _exit(99);
  };
  return setup;
}

std::vector<std::string> Groups::below() const {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error, unknown;
  do {
    names.clear();
    for (fs::recursive_directory_iterator at(path_, error), end; !error && at != end;
         at.increment(error))
      if (at->is_directory(unknown)) names.push_back(at->path().string().substr(path_.size() + 1));
    // A group that is removed meanwhile ends the walk.
  } while (error && fs::exists(path_, unknown));
  std::sort(names.begin(), names.end());
  return names;
}

std::string group_of(pid_t pid) { return std::string(control_group_of(pid).view()); }

std::vector<pid_t> members_of_group(const std::string& directory) {
  std::vector<pid_t> pids;
  const Fd group = open_directory(AT_FDCWD, directory.c_str());
  if (group) meet_group_members(group.get(), true, [&pids](pid_t pid) { pids.push_back(pid); });
  return pids;
}

}  // namespace stoker::test
