// SPDX-License-Identifier: ISC
// Control groups of Linux, version 2, as plain files: see cgroups(7). A group is a directory, and
// `group` an open one, lent. Elsewhere there are none, and control_group_of() says so.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string_view>

#include "base/fd.hh"
#include "base/function_ref.hh"
#include "base/text.hh"

namespace stoker {

namespace group_file {
constexpr char controllers[] = "cgroup.controllers";  // that its parent offers
constexpr char enabled[] = "cgroup.subtree_control";  // … and that its children have
constexpr char members[] = "cgroup.procs";
constexpr char events[] = "cgroup.events";
constexpr char freeze[] = "cgroup.freeze";
constexpr char kill[] = "cgroup.kill";
constexpr char memory_events[] = "memory.events";
constexpr char memory_max[] = "memory.max";
constexpr char memory_oom_group[] = "memory.oom.group";
}  // namespace group_file

// A line of /proc/PID/mountinfo, see proc(5). Empty unless it is a hierarchy of version 2.
struct GroupMount {
  PathText root;  // the group that is mounted
  PathText target;
};
std::optional<GroupMount> parse_group_mount(std::string_view line);
// The path within the hierarchy, of the lines of /proc/PID/cgroup; empty if it is in none.
std::string_view parse_membership(std::string_view lines);
// The directory of that path; empty if the mount does not show it.
PathText group_directory(const GroupMount& mount, std::string_view path);
// The number behind a key, of files with a key and a number on each line.
std::optional<uint64_t> group_value(std::string_view lines, std::string_view key);

// The directory of the group that a process is in; 0: this one. Empty with errno, which is ENOSYS
// where no hierarchy of version 2 is mounted, or none that shows it.
PathText control_group_of(pid_t pid);

// Reads a file of the group as a whole; empty with errno on failure.
using GroupText = Text<2000>;
std::optional<GroupText> read_group_file(int group, const char* name);
// Writes a value by one write(2), as the kernel wants it. False with errno.
[[nodiscard]] bool write_group_file(int group, const char* name, std::string_view value);

// Shows every process of the group, and of those below it if `deep`. Zombies are none.
void meet_group_members(int group, bool deep, FunctionRef<void(pid_t)> meet);
// Does a process run in the group, or below it? `events` is its file of that name; the next change
// raises POLLPRI there.
bool is_group_populated(int events);
// Kills all that run in it and below. False with errno where the kernel cannot do that.
[[nodiscard]] bool kill_group(int group);

// Moves a process into the group. False with errno.
[[nodiscard]] bool enter_group(int group, pid_t pid);

// Removes a group and those below it, as far as no process runs in them. False with errno if the
// group is left. True if there was none.
bool remove_group(int at, const char* path);

}  // namespace stoker
