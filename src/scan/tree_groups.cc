// SPDX-License-Identifier: ISC
#include "scan/tree_groups.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/report.hh"
#include "service/group_tree.hh"

namespace stoker {

namespace {

std::optional<GroupTree> find(int control, const char* path) {
  struct stat mark {};
  if (fstat(control, &mark) != 0) return {};
  auto tree = find_group_tree(mark);
  if (!tree || path == nullptr || *path == '\0') return tree;
  return group_tree_named(path);
}

// They are counted for figures, and cost next to nothing. A machine may be without.
void enable_usual(const GroupTree& tree) {
  for (const char* const name : {"memory", "pids"}) {
    if (enable_controller(tree, name, getpid()) || errno == ENODEV) continue;
    const int error = errno;
    const Text<64> other = error == EBUSY ? foreign_member(tree) : Text<64>();
    return warn({"unable to enable the controller ", name, " in ", tree.outer, ": ",
                 group_error_text(error), other.empty() ? "" : ": ", other,
                 other.empty() ? "" : " is in it", group_remedy(error)});
  }
}

}  // namespace

void TreeGroups::set_up(const ScanOptions& options, int control) {
  if (options.cgroup == nullptr) return;
  path_ = options.cgroup;
  const auto tree = find(control, path_);
  if (!tree || !move_into_tree(*tree, 0)) {
    const int error = errno;
    return warn({"unable to make control groups", tree ? " in " : "",
                 tree ? tree->own.view() : std::string_view(), ": ", group_error_text(error),
                 group_remedy(error), "; services start without them"});
  }
  enable_usual(*tree);
  for_all_ = used_ = true;
}

void TreeGroups::remove(int control) const {
  if (!used_) return;
  if (const auto tree = find(control, path_)) remove_group_tree(*tree);
}

}  // namespace stoker
