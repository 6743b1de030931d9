// SPDX-License-Identifier: ISC
// Where the control groups of a tree are. Below the group in which svscan was started, or a
// supervisor without svscan, the tree has one of its own, and in that each service that wants one:
//
//   stoker.0123456789abcdef/
//     supervisors/    svscan, supervisors, loggers and what has no group
//     web.svc/        the service web
//
// Only the leaves have processes, which is what the kernel wants where controllers are enabled.
#pragma once
#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string_view>

#include "base/text.hh"

namespace stoker {

constexpr char group_of_supervisors[] = "supervisors";

struct GroupTree {
  PathText outer;  // in which it was started
  PathText own;
  bool inside = false;  // this process is below `own`
};

// The directory `own` is the group of a tree or of a service; pure.
Text<255> tree_group_name(uint64_t device, uint64_t inode);
// Of a service; never longer than a file name, and never that of another.
Text<255> service_group_name(std::string_view service);
// Where a process in the group `here` finds the tree of the file `mark`; pure.
GroupTree group_tree_at(std::string_view here, const struct stat& mark);

// The tree whose own group is that directory.
GroupTree group_tree_named(std::string_view own);

// Looks where this process is. `mark`: a file that no other tree has. Empty with errno.
std::optional<GroupTree> find_group_tree(const struct stat& mark);

// Moves this process into the group of supervisors, which is made first; `scanner`: and svscan,
// with all that it has started and that is in `outer`. 0: nobody else. False with errno.
[[nodiscard]] bool move_into_tree(const GroupTree& tree, pid_t scanner);

// Gives the groups of services a controller, such as "memory". False with errno: ENODEV where
// there is no such controller, EBUSY where processes of others are in `outer`.
[[nodiscard]] bool enable_controller(const GroupTree& tree, std::string_view name, pid_t scanner);

// A process in `outer` that is not of this tree, as "name (pid)"; empty if there is none.
Text<64> foreign_member(const GroupTree& tree);

// Moves this process back to `outer` and removes the groups, unless a service still runs in one.
void remove_group_tree(const GroupTree& tree);

// An error with a group in words, and what to do about it; empty, or it begins with "; ".
std::string_view group_error_text(int error);
std::string_view group_remedy(int error);

}  // namespace stoker
