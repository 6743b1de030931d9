// SPDX-License-Identifier: ISC
#include "jail/devices.hh"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fd.hh"
#include "base/text.hh"
#include "jail/mount_calls.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

constexpr const char* nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
constexpr const char* directories[] = {"shm", "mqueue", "pts"};

struct Link {
  const char* name;
  const char* target;
};
constexpr Link links[] = {
    {"fd", "/proc/self/fd"},       {"stdin", "/proc/self/fd/0"}, {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"}, {"ptmx", "pts/ptmx"},
};

using Trees = std::array<Fd, std::size(nodes)>;

// False if a node cannot be shown; one that is not there is left out.
bool show_node(int tree, const char* path) {
  if (tree < 0) return true;
  return open_append(AT_FDCWD, path, 0) && attach_tree(tree, path);
}

bool fill(const PathText& path, const Trees& trees) {
  for (size_t i = 0; i < std::size(nodes); ++i)
    if (!show_node(trees[i].get(), PathText(path.view(), "/", nodes[i]).c_str())) return false;
  for (const char* const name : directories)
    if (mkdir(PathText(path.view(), "/", name).c_str(), 0755) != 0) return false;
  for (const Link& link : links)
    if (symlink(link.target, PathText(path.view(), "/", link.name).c_str()) != 0) return false;
  return true;
}

bool mount_inner(const PathText& path) {
  constexpr unsigned long quiet = MS_NOSUID | MS_NOEXEC;
  return mount("devpts", PathText(path.view(), "/pts").c_str(), "devpts", quiet,
               "newinstance,ptmxmode=0666,mode=620") == 0 &&
         mount("tmpfs", PathText(path.view(), "/shm").c_str(), "tmpfs", quiet | MS_NODEV,
               "mode=1777") == 0;
}

}  // namespace

void mount_devices(const Jail& jail, const char* directory) {
  const PathText path{std::string_view(directory)};
  Trees trees;
  for (size_t i = 0; i < std::size(nodes); ++i)
    trees[i] = copy_tree(PathText(path.view(), "/", nodes[i]).c_str());
  // The nodes shown in it are mounts of their own, so they work in spite of MS_NODEV.
  const bool done = mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                          "mode=755,size=64k") == 0 &&
                    fill(path, trees) && mount_inner(path) &&
                    set_mount_attributes(AT_FDCWD, directory, mount_read_only, false);
  if (!done) die_or_warn(jail, {"unable to mount devices on ", directory});
}

}  // namespace stoker
