// SPDX-License-Identifier: ISC
#include "supervise/service_group.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/child.hh"
#include "base/control_group.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "service/layout.hh"
#include "supervise/scanner_link.hh"

namespace stoker {

namespace {

constexpr mode_t group_mode = 0755;

void close_one(int& fd) { Fd(std::exchange(fd, -1)).reset(); }

uint64_t inode_of(int fd) {
  struct stat facts {};
  return fstat(fd, &facts) == 0 ? facts.st_ino : 0;
}

bool is_required(int directory) {
  return exists(directory, PathText(layout::cgroup, "/", layout::cgroup_required).c_str());
}

// Of two that leave at the same time each would see the other, and none would be the last. So the
// second waits until the first has ended, which lets go of the lock.
void wait_for_turn(const GroupTree& tree) {
  constexpr Moment pause = 10ms;
  constexpr int looks = 300;
  Fd own = open_directory(AT_FDCWD, tree.own.c_str());
  for (int look = 0; own && look < looks; ++look) {
    if (flock(own.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) break;
    wait_until({}, now() + pause);
  }
  static_cast<void>(own.release());
}

bool is_last_supervisor(const GroupTree& tree) {
  const PathText path(tree.own.view(), "/", group_of_supervisors);
  const Fd group = open_directory(AT_FDCWD, path.c_str());
  bool last = true;
  if (group)
    meet_group_members(group.get(), false, [&last](pid_t pid) { last &= pid == getpid(); });
  return last;
}

// What no other tree has: svscan's control FIFO, or the directory of a service alone.
std::optional<GroupTree> find_tree(const ServiceGroup::Place& place) {
  struct stat mark {};
  const int fd = place.scanner.is_open() ? place.scanner.fd() : place.directory;
  if (fstat(fd, &mark) != 0) return {};
  return find_group_tree(mark);
}

}  // namespace

bool ServiceGroup::begin_run(const Place& place) {
  if (part_.make() == nullptr) {
    warn_errno({"unable to get memory for the control group"});
    return false;
  }
  Part& part = *part_;
  close();
  part.required = is_required(place.directory);
  const auto tree = find_tree(place);
  if (!tree) return give_up("find the control group of this process", errno);
  part.path = PathText(tree->own.view(), "/", service_group_name(place.name).view());
  if (!make(place, *tree)) {
    const int error = errno;
    close();
    return give_up(Text<300>("make the control group ", part.path.view()), error);
  }
  part.complaint.clear();
  const pid_t scanner = place.scanner.is_open() ? place.scanner.pid() : 0;
  GroupLimits limits(*tree, part.group, place.directory, scanner, part.faults);
  if (const int error = limits.apply(); error != 0 && part.required) {
    end(place.state);
    errno = error;
    return false;
  }
  // To enable a controller, it may have moved us all.
  if (scanner != 0 && !place.scanner.wants_groups())
    if (const auto now = find_tree(place); now && now->inside) place.scanner.tell_groups();
  if (place.policy == OomPolicy::kill)
    static_cast<void>(write_group_file(part.group, group_file::memory_oom_group, "1"));
  open_memory_events();
  part.saved = {inode_of(part.group), part.memory_kills};
  link(place.state);
  return true;
}

// Who is in it already was there before the run.
bool ServiceGroup::make(const Place& place, const GroupTree& tree) {
  Part& part = *part_;
  for (const char* const path : {tree.own.c_str(), part.path.c_str()})
    if (mkdir(path, group_mode) != 0 && errno != EEXIST) return false;
  if (!open_files()) return false;
  if (!place.keeps && holds())
    part.killed.warn(
        {"there are processes in the control group already, which will end with run: ", members()});
  return true;
}

bool ServiceGroup::open_files() {
  Part& part = *part_;
  part.left = false;
  part.group = open_directory(AT_FDCWD, part.path.c_str()).release();
  if (part.group >= 0) part.events = open_read(part.group, group_file::events).release();
  if (part.events >= 0) return true;
  close();
  return false;
}

// Only with a controller there is such a file.
void ServiceGroup::open_memory_events() {
  part_->memory_events = open_read(part_->group, group_file::memory_events).release();
  part_->memory_kills = count_memory_kills();
}

bool ServiceGroup::give_up(std::string_view verb, int error) {
  part_->complaint.warn({"unable to ", verb, ": ", group_error_text(error), group_remedy(error),
                         part_->required ? "" : "; run starts without it"});
  errno = error;
  return !part_->required;
}

bool ServiceGroup::fail_to_enter(int error, const Place& place) {
  const PathText path(part_->path.view());
  end(place.state);
  return give_up(Text<300>("enter the control group ", path.view()), error);
}

// For clients, and for a successor. Made before the run, so that a status that names a group is
// never without it.
void ServiceGroup::link(int state) {
  char target[4096];
  const ssize_t length = state >= 0 ? readlinkat(state, layout::group, target, sizeof target) : 0;
  if (state < 0 ||
      (length > 0 && part_->path.view() == std::string_view(target, static_cast<size_t>(length))))
    return;
  unlinkat(state, layout::group, 0);
  if (symlinkat(part_->path.c_str(), state, layout::group) != 0)
    part_->complaint.warn_errno({"unable to create ", layout::state, "/", layout::group});
}

// By the link, or else by a process of it.
void ServiceGroup::take_over(const SavedGroup& saved, int state, pid_t pid) {
  if (saved.inode == 0 || part_.make() == nullptr) return;
  Part& part = *part_;
  char target[4096];
  const ssize_t length = readlinkat(state, layout::group, target, sizeof target);
  for (const bool by_link : {true, false}) {
    part.path = by_link && length > 0
                    ? PathText(std::string_view(target, static_cast<size_t>(length)))
                : by_link || pid <= 1 ? PathText()
                                      : control_group_of(pid);
    if (part.path.empty() || !open_files()) continue;
    if (inode_of(part.group) == saved.inode) {
      open_memory_events();
      part.saved = saved;
      return link(state);
    }
    close();
  }
}

// Dying processes may still be in it; then the next run finds it.
void ServiceGroup::end(int state) {
  if (!is_open()) return;
  close();
  if (!remove_group(AT_FDCWD, part_->path.c_str())) return;
  if (state >= 0) unlinkat(state, layout::group, 0);
}

void ServiceGroup::quit(int state, bool alone) {
  if (!part_) return;
  end(state);
  PathText tree(part_->path.view());
  tree.cut(tree.view().rfind('/'));
  if (tree.empty()) return;
  // Nobody may be left among the supervisors of an svscan that was killed with them.
  unlinkat(AT_FDCWD, PathText(tree, "/", group_of_supervisors).c_str(), AT_REMOVEDIR);
  if (unlinkat(AT_FDCWD, tree.c_str(), AT_REMOVEDIR) == 0 || !alone) return;
  const struct stat nothing {};
  const auto here = find_group_tree(nothing);
  if (!here || !here->inside) return;
  wait_for_turn(*here);
  if (is_last_supervisor(*here)) remove_group_tree(*here);
}

void ServiceGroup::close() {
  if (!part_) return;
  for (int* const fd : {&part_->group, &part_->events, &part_->memory_events}) close_one(*fd);
  part_->saved = {};
}

bool ServiceGroup::holds() const {
  return is_open() && !part_->left && is_group_populated(part_->events);
}

void ServiceGroup::signal(int number) const {
  if (is_open())
    meet_group_members(part_->group, true, [number](pid_t pid) { signal_process(pid, number); });
}

// Before Linux 5.14 there is no such file; then each is killed, and what it forks meanwhile the
// next time.
void ServiceGroup::kill() {
  if (is_open() && !kill_group(part_->group)) signal(SIGKILL);
}

void ServiceGroup::freeze(bool frozen) const {
  if (is_open())
    static_cast<void>(write_group_file(part_->group, group_file::freeze, frozen ? "1" : "0"));
}

Text<400> ServiceGroup::members() const {
  Text<400> names;
  if (!is_open()) return names;
  meet_group_members(part_->group, true, [&names](pid_t pid) {
    const Text<64> one = name_and_pid(pid);
    if (names.size() + one.size() < 380) names.append(names.empty() ? "" : ", ", one.view());
  });
  return names;
}

// --- Lack of memory ---------------------------------------------------------

uint32_t ServiceGroup::count_memory_kills() const {
  char text[500];
  const ssize_t got =
      memory_events() >= 0 ? pread(memory_events(), text, sizeof text, 0) : ssize_t{0};
  if (got <= 0) return 0;
  const auto kills = group_value({text, static_cast<size_t>(got)}, "oom_kill");
  return static_cast<uint32_t>(kills.value_or(0));
}

bool ServiceGroup::lacked_memory() const {
  return is_open() && count_memory_kills() > part_->saved.memory_kills;
}

bool ServiceGroup::take_memory_kill() {
  const uint32_t kills = count_memory_kills();
  if (!is_open() || kills <= part_->memory_kills) return false;
  part_->memory_kills = kills;
  const Text<24> limit = memory_limit_text(memory_limit());
  warn({"the kernel has killed a process of run for lack of memory", limit.empty() ? "" : ": ",
        limit.empty() ? "" : group_file::memory_max, limit.empty() ? "" : " is ", limit});
  return true;
}

int ServiceGroup::memory_limit() const {
  const auto text = is_open() ? read_group_file(part_->group, group_file::memory_max)
                              : std::optional<GroupText>();
  return text ? pack_memory_limit(*text) : pack_memory_limit({});
}

}  // namespace stoker
