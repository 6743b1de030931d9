// SPDX-License-Identifier: ISC
#include "supervise/membership.hh"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/process.hh"

namespace stoker {

namespace {

// Longer than any line of descent.
constexpr int most_ancestors = 64;

bool is_in_group(pid_t pid, pid_t group) {
  return group > 1 && (getpgid(pid) == group || getsid(pid) == group);
}

// Orphans become children of ours; those of an earlier run are older than this one.
bool is_descendant(pid_t pid, const RunState& run, pid_t logger) {
  const pid_t self = getpid();
  pid_t at = pid;
  for (int level = 0; level < most_ancestors && at > 1; ++level) {
    if (at == run.pid) return true;
    const pid_t parent = parent_process(at);
    if (parent == self)
      return at != logger && process_start_time(at) >= run.start_time && run.start_time != 0;
    at = parent;
  }
  return false;
}

}  // namespace

bool is_member(pid_t pid, const RunState& run, pid_t logger) {
  if (pid <= 1) return false;
  return pid == run.pid || is_in_group(pid, run.group) || is_descendant(pid, run, logger);
}

bool may_be_member(pid_t pid, uid_t user, const RunState& run, pid_t logger) {
  if (pid <= 1) return false;
  if (is_member(pid, run, logger)) return true;
  if (signal_process(pid, 0) || errno != ESRCH) return false;
  return user == 0 || user == geteuid() || (run.pid > 1 && process_user(run.pid) == user);
}

}  // namespace stoker
