// SPDX-License-Identifier: ISC
#include "supervise/main_search.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/child.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/shared_directory.hh"
#include "service/layout.hh"
#include "supervise/membership.hh"

namespace stoker {

namespace {

constexpr Moment first_pause = 20ms, longest_pause = 1s;
// After the exit of run, where timeout-ready does not say it.
constexpr Moment search_limit = 10s;

struct PidFile {
  pid_t pid = 0;
  bool trusted = false;  // only root or the user of the supervisor can have written it
  struct stat facts {};
};

PidFile read_pid_file(int state, const PathText& path) {
  PidFile found;
  const bool absolute = path.view().front() == '/';
  PathText parent(absolute ? path.view() : std::string_view("."));
  if (absolute) parent.cut(std::max<size_t>(path.view().rfind('/'), 1));
  Fd directory = absolute ? open_directory_safely(parent.c_str()) : open_directory(state, ".");
  struct stat where {};
  found.trusted = directory && fstat(directory.get(), &where) == 0 && !others_can_write(where);
  const Text<255> name(base_name(path));
  const bool plain = found.trusted && (absolute || path.view().find('/') == std::string_view::npos);
  const Fd file = plain ? open_read_plain(directory.get(), name.c_str())
                        : open_read(absolute ? AT_FDCWD : state, path.c_str());
  char text[32];
  const bool regular = file && fstat(file.get(), &found.facts) == 0 && S_ISREG(found.facts.st_mode);
  const ssize_t got = regular ? read_all(file.get(), text) : 0;
  std::string_view rest(text, static_cast<size_t>(std::max<ssize_t>(got, 0)));
  found.pid = parse_number<pid_t>(next_word(rest)).value_or(0);
  found.trusted = plain && regular && !others_can_write(found.facts);
  return found;
}

}  // namespace

void MainSearch::begin(Moment now, bool inherited) {
  if (part_.make() == nullptr) return;
  *part_.make() = {};
  part_->look_at = now;
  part_->inherited = inherited;
}

void MainSearch::bound(Moment now) {
  if (part_.make() == nullptr) return;
  part_->limit = std::min(now + search_limit, run_.deadline);
  hurry();
}

void MainSearch::end() {
  if (part_) part_->look_at = never;
}

void MainSearch::hurry() {
  if (!part_ || part_->look_at == never) return;
  part_->look_at = part_->pause = 0s;
  part_->was_empty = false;
}

std::optional<pid_t> MainSearch::look(Moment now, int state, pid_t logger) {
  part_->pause = std::clamp(2 * part_->pause, first_pause, longest_pause);
  part_->look_at = std::min(now + part_->pause, std::max(part_->limit, now + first_pause));
  if (settings_.marked(layout::pid_file)) return by_file(state, logger);
  if (run_.pid != 0) return {};
  const Left left = count_left(logger);
  return left.count == 1 ? std::optional(left.pid) : std::nullopt;
}

// Of a process that is none of the service's, the file must be trusted and newer.
std::optional<pid_t> MainSearch::by_file(int state, pid_t logger) {
  const PathText path(settings_.pid_file().view());
  if (path.empty()) return {};
  const auto [pid, trusted, facts] = read_pid_file(state, path);
  if (pid <= 1 || !is_alive(pid, process_start_time(pid))) return {};
  if (is_member(pid, run_, logger)) return pid;
  // That of an earlier run may be there still.
  if (!is_older(pid, facts)) return {};
  if (trusted) return pid;
  part_->complaint.warn({"ignoring the process in ", layout::pid_file, ", ", name_and_pid(pid),
                         ": it is none of the service's, and others can write to ", path});
  return {};
}

MainSearch::Left MainSearch::count_left(pid_t logger) const {
  Left left;
  meet_processes(false, [&](pid_t pid, std::string_view) {
    if (pid == logger || scripts_.runs(pid) || process_start_time(pid) < run_.run_start_time)
      return;
    ++left.count;
    left.pid = pid;
  });
  return left;
}

bool MainSearch::is_over(Moment now, pid_t logger) {
  if (run_.pid != 0) return false;
  const Left left = count_left(logger);
  const bool empty = left.count == 0 && !(run_.group != 0 && group_exists(run_.group));
  // A process may have been missed that became ours meanwhile.
  const bool was_empty = std::exchange(part_->was_empty, empty);
  if (empty && was_empty && !part_->inherited) return true;
  if (now < part_->limit) return false;
  if (settings_.marked(layout::pid_file))
    warn(
        {"run has exited, and ", settings_.pid_file(), " names no process of the service in time"});
  else
    warn(
        {"run has exited, and more than one process is left, so that the main process is unknown; "
         "use ",
         layout::pid_file, ": ", members_of(run_.group)});
  return true;
}

}  // namespace stoker
