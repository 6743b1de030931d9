// SPDX-License-Identifier: ISC
#include "service/group_tree.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/control_group.hh"
#include "base/digest.hh"
#include "base/directory.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr std::string_view tree_prefix = "stoker.", service_suffix = ".svc";
constexpr mode_t group_mode = 0755;

void append_hex(Text<255>& name, uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4)
    name.append("0123456789abcdef"[number >> shift & 15]);
}

std::string_view parent_of(std::string_view path) {
  return {path.data(), std::min(path.rfind('/'), path.size())};
}

bool make_directory(const PathText& path) {
  if (path.truncated()) errno = ENAMETOOLONG;
  return !path.truncated() && (mkdir(path.c_str(), group_mode) == 0 || errno == EEXIST);
}

// Is it svscan, or did svscan start it or get it as an orphan?
bool descends(pid_t pid, pid_t scanner) {
  constexpr int most = 64;
  for (int level = 0; level < most && pid > 1; ++level) {
    if (pid == scanner) return true;
    pid = parent_process(pid);
  }
  return pid == scanner && pid > 0;
}

// What is forked while others are moved comes with the next look.
bool move_all(int from, int to, pid_t scanner) {
  constexpr int most_looks = 100;
  bool moved = true;
  for (int look = 0; moved && look < most_looks; ++look) {
    moved = false;
    meet_group_members(from, false, [&](pid_t pid) {
      const bool ours = pid == getpid() || (scanner != 0 && descends(pid, scanner));
      if (ours && enter_group(to, pid)) moved = true;
    });
  }
  return true;
}

// The kernel says of a controller that its parent does not offer what it says of a missing file.
bool enable(int group, std::string_view name) {
  if (write_group_file(group, group_file::enabled, Text<64>("+", name))) return true;
  if (errno == ENOENT) errno = ENODEV;
  return false;
}

void disable_all(int group) {
  const auto enabled = read_group_file(group, group_file::enabled);
  std::string_view names = enabled ? enabled->view() : std::string_view();
  for (std::string_view name = next_word(names); !name.empty(); name = next_word(names))
    static_cast<void>(write_group_file(group, group_file::enabled, Text<64>("-", name)));
}

}  // namespace

Text<255> tree_group_name(uint64_t device, uint64_t inode) {
  Digest digest;
  digest.mix_number(device);
  digest.mix('/');
  digest.mix_number(inode);
  Text<255> name(tree_prefix);
  append_hex(name, digest.value());
  return name;
}

// The kernel takes any name but one with a newline.
Text<255> service_group_name(std::string_view service) {
  constexpr size_t kept = 200, longest = 255 - service_suffix.size();
  const bool whole = service.size() <= longest && service.find('\n') == std::string_view::npos;
  Text<255> name;
  for (const char byte :
       std::string_view(service.data(), whole ? service.size() : std::min(service.size(), kept)))
    name.append(byte == '\n' ? '?' : byte);
  if (!whole) {
    Digest digest;
    for (const char byte : service) digest.mix(static_cast<unsigned char>(byte));
    name.append('~');
    append_hex(name, digest.value());
  }
  name.append(service_suffix);
  return name;
}

GroupTree group_tree_at(std::string_view here, const struct stat& mark) {
  GroupTree tree;
  const std::string_view parent = parent_of(here);
  // Whoever is among the supervisors belongs to their tree, which was perhaps named otherwise.
  tree.inside = base_name(here) == group_of_supervisors && !parent.empty();
  tree.outer.append(tree.inside ? parent_of(parent) : here);
  if (tree.inside)
    tree.own.append(parent);
  else
    tree.own.append(here, "/", tree_group_name(mark.st_dev, mark.st_ino).view());
  return tree;
}

GroupTree group_tree_named(std::string_view own) {
  while (own.size() > 1 && own.ends_with('/')) own.remove_suffix(1);
  GroupTree tree;
  tree.own.append(own);
  tree.outer.append(parent_of(own));
  tree.inside = true;
  return tree;
}

std::optional<GroupTree> find_group_tree(const struct stat& mark) {
  const PathText here = control_group_of(0);
  if (here.empty()) return {};
  return group_tree_at(here, mark);
}

bool move_into_tree(const GroupTree& tree, pid_t scanner) {
  const PathText leaf(tree.own.view(), "/", group_of_supervisors);
  if (!make_directory(tree.own) || !make_directory(leaf)) return false;
  const Fd to = open_directory(AT_FDCWD, leaf.c_str());
  if (!to || !enter_group(to.get(), 0)) return false;
  if (scanner == 0) return true;
  const Fd from = open_directory(AT_FDCWD, tree.outer.c_str());
  return from && move_all(from.get(), to.get(), scanner);
}

bool enable_controller(const GroupTree& tree, std::string_view name, pid_t scanner) {
  const Fd own = open_directory(AT_FDCWD, tree.own.c_str());
  if (!own) return false;
  if (enable(own.get(), name)) return true;
  if (errno != ENODEV) return false;
  const Fd outer = open_directory(AT_FDCWD, tree.outer.c_str());
  if (!outer) return false;
  if (enable(outer.get(), name)) return enable(own.get(), name);
  if (errno != EBUSY) return false;
  if (!move_into_tree(tree, scanner)) return false;
  return enable(outer.get(), name) && enable(own.get(), name);
}

Text<64> foreign_member(const GroupTree& tree) {
  Text<64> found;
  const Fd outer = open_directory(AT_FDCWD, tree.outer.c_str());
  if (outer)
    meet_group_members(outer.get(), false, [&found](pid_t pid) {
      if (found.empty()) found = name_and_pid(pid);
    });
  return found;
}

// Where controllers are enabled for its children, a group takes no process. Those that run keep
// their limits.
void remove_group_tree(const GroupTree& tree) {
  const Fd own = open_directory(AT_FDCWD, tree.own.c_str());
  if (!own) return;
  const Fd outer = open_directory(AT_FDCWD, tree.outer.c_str());
  bool runs = false;
  Directory names(own.get(), ".");
  while (const char* const name = names ? names.next() : nullptr)
    if (std::string_view(name).ends_with(service_suffix) && !remove_group(own.get(), name))
      runs = true;
  if (runs) return;
  disable_all(own.get());
  const bool back = outer && enter_group(outer.get(), 0);
  if (!back && outer && errno == EBUSY) {
    disable_all(outer.get());
    static_cast<void>(enter_group(outer.get(), 0));
  }
  static_cast<void>(remove_group(AT_FDCWD, tree.own.c_str()));
}

std::string_view group_error_text(int error) {
  if (error == ENOSYS) return "no cgroup2 file system is mounted";
  if (error == ENODEV) return "the controller is not available";
  return error_text(error);
}

std::string_view group_remedy(int error) {
  switch (error) {
  case ENOSYS: return "; mount one, as on /sys/fs/cgroup";
  case ENODEV: return "; have it enabled in cgroup.subtree_control of the groups above";
  case EROFS: return "; mount the cgroup2 file system writable";
  case EACCES:
  case EPERM: return "; have the group delegated to this user, as by Delegate=yes of systemd";
  case EBUSY: return "; start the tree in a group that has no other processes";
  case EOPNOTSUPP: return "; a threaded group can have no services: start the tree in another";
  default: return {};
  }
}

}  // namespace stoker
