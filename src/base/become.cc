// SPDX-License-Identifier: ISC
#include "base/become.hh"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "base/control_group.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

// Makes `target` refer to `fd`, open across exec; they may be the same.
bool place(int fd, int target) {
  if (fd < 0) return true;
  if (fd == target) return fcntl(fd, F_SETFD, 0) == 0;
  return dup2(fd, target) == target;
}

// O_NONBLOCK is a property of the open file and outlives the process that set it: what one run
// of a service did to a pipe or terminal must not harm the next.
void make_blocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) != 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

// Each may be where another is to be, or anything else of ours, so they go out of the way first.
bool place_in_row(std::span<const int> fds) {
  constexpr int first = STDERR_FILENO + 1;
  if (fds.empty()) return true;
  int moved[most_in_row] = {};
  const int behind = first + static_cast<int>(fds.size());
  for (size_t at = 0; at < fds.size(); ++at)
    if ((moved[at] = fcntl(fds[at], F_DUPFD_CLOEXEC, behind)) < 0) return false;
  for (size_t at = 0; at < fds.size(); ++at) {
    const int target = first + static_cast<int>(at);
    if (dup2(moved[at], target) < 0) return false;
    make_blocking(target);
  }
  return true;
}

}  // namespace

int become(const Recipe& recipe) {
  if (recipe.control_group >= 0 && !enter_group(recipe.control_group, 0)) return -errno;
  if (recipe.session) setsid();
  if (recipe.group) setpgid(0, 0);
  if (recipe.in_child) recipe.in_child();
  if (recipe.directory >= 0 && fchdir(recipe.directory) != 0) return errno;
  if (!place(recipe.standard_input, STDIN_FILENO) ||
      !place(recipe.standard_output, STDOUT_FILENO) || !place(recipe.extra, recipe.extra_target))
    return errno;
  for (const auto& [fd, target] : recipe.placed)
    if (!place(fd, target)) return errno;
  for (const int fd : recipe.kept)
    if (!place(fd, fd)) return errno;
  if (!place_in_row(recipe.row)) return errno;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) make_blocking(fd);
  if (recipe.open_files != nullptr) limit_open_files(*recipe.open_files);
  reset_signals();

  char* const* const argv = const_cast<char* const*>(recipe.argv);
  if (recipe.program != nullptr)
    execve(recipe.program, argv, recipe.environment);
  else
    execvpe(argv[0], argv, recipe.environment);
  return errno;
}

}  // namespace stoker
