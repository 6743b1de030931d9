// SPDX-License-Identifier: ISC
#include "supervise/predecessor.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "service/layout.hh"
#include "service/start_place.hh"
#include "supervise/end_signals.hh"
#include "supervise/left_state.hh"

namespace stoker {

namespace {

// A supervisor that ended in order left nothing to take over.
bool ended_in_order(const SavedState& saved) {
  return saved.main.want == Want::exit && saved.main.role == Role::none;
}

// By one that lives, which is its parent. An orphan may come to a supervisor that we descend from.
bool is_supervised(pid_t pid) {
  const auto parent = parent_name(pid);
  return (parent.view() == "supervise" || parent.view() == "runsv") && !is_orphan(pid);
}

ProcessSight sight_of(pid_t pid, bool alive, int directory) {
  if (pid == 0 || !alive) return {};
  return {.alive = true, .supervised = is_supervised(pid), .here = resides(pid, directory)};
}

static_assert(run_role == static_cast<uint8_t>(Role::run));

bool runs(pid_t pid) { return pid > 1 && is_alive(pid, process_start_time(pid)); }

// As if it had just been started, which is all that is known.
RunState run_of(const ToldRun& told) {
  const pid_t pid = told.pid;
  const uint8_t role = told.role;
  RunState run;
  run.role = static_cast<Role>(role < role_count ? role : run_role);
  run.state = state_for(run.role);
  run.pid = pid;
  run.start_time = process_start_time(pid);
  run.since = tai_now();
  run.begun = now() - clock_shift();
  run.admitted = run.role != Role::condition;
  if (run.role != Role::run) return run;
  run.group = getpgid(pid) == pid ? pid : 0;
  run.last_run = pid;
  run.alive = true;
  run.starts = 1;
  return run;
}

uint64_t pipe_inode(pid_t pid, int fd) {
  const Pipe pipe = pid != 0 ? reopen_pipe(pid, fd) : Pipe{};
  struct stat facts {};
  return pipe && fstat(pipe.read.get(), &facts) == 0 ? facts.st_ino : 0;
}

}  // namespace

Predecessor::Predecessor(const char* told, const char* before) {
  if (before != nullptr) before_ = open_directory(AT_FDCWD, before);
  std::string_view words(told != nullptr ? told : "");
  told_run_ = parse_number<pid_t>(next_word(words)).value_or(-1);
  told_log_ = parse_number<pid_t>(next_word(words)).value_or(-1);
}

// After a boot nothing of it is left. Where boots cannot be distinguished, only a process that
// is seen to run counts.
Record Predecessor::read(int state, uint64_t boot, Beginning beginning) {
  const auto left = read_left_state(state);
  saved_ = left.saved.value_or(SavedState{});
  if (!left.saved) return left.exists ? Record::damaged : Record::missing;
  const auto is_running = [](const RunState& run) { return is_alive(run.pid, run.start_time); };
  const bool same_boot =
      boot != 0 ? saved_.boot == boot : is_running(saved_.main) || is_running(saved_.log);
  if (ended_in_order(saved_) || (!same_boot && beginning == Beginning::fresh)) return Record::over;
  if (!left.home.is_known()) return Record::unbound;
  return left.home == home_of(state) ? Record::bound : Record::elsewhere;
}

void Predecessor::find_suspect(int directory) {
  struct stat own {};
  suspect_ = 0;
  if (fstat(directory, &own) != 0) return;
  meet_residents([&](pid_t pid, const struct stat& current) {
    if (!is_detached(pid) || !is_orphan(pid)) return;
    if (is_same_file(current, own)) suspect_ = pid;
    if (suspect_ != 0) return;
    meet_start_places(pid, [&](const struct stat& place) {
      if (is_same_file(place, own)) suspect_ = pid;
    });
  });
}

Belief Predecessor::look(const Place& place, uint64_t boot, Beginning beginning) {
  const int state = before_ ? before_.get() : place.state;
  record_ = read(state, boot, beginning);
  const ToldRun told = unpack_told_run(told_run_);
  const pid_t named = read_named_process(state);
  const RunState& main = saved_.main;
  Clues clues{.record = record_,
              .recorded = sight_of(main.pid, is_alive(main.pid, main.start_time), place.directory),
              .told_recorded = told.pid != 0 && told.pid == main.pid,
              .named = sight_of(named, runs(named), place.directory)};
  if (told_run_ >= 0) clues.told = told.pid != 0 && runs(told.pid) ? Told::alive : Told::nothing;
  const bool doubtful =
      record_ == Record::missing || record_ == Record::damaged || record_ == Record::elsewhere;
  // Under other suites' scanners each of thousands would look at all processes.
  const bool looks = place.is_alone && !parent_is_called("runsvdir") && !parent_is_called("svscan");
  if (doubtful && looks) find_suspect(place.directory);
  clues.suspect = suspect_ != 0;
  const Belief belief = believe(clues);
  if (belief == Belief::told) take(told, unpack_told_run(told_log_));
  if (belief == Belief::named) take({named, run_role}, {});
  if (belief == Belief::wait && suspect_ == 0) suspect_ = named;
  return belief;
}

bool Predecessor::find(const Place& place, uint64_t boot, Beginning beginning) {
  do {
    belief_ = look(place, boot, beginning);
    report(place, belief_);
  } while (belief_ == Belief::wait && wait_to_retry());
  // What it had elsewhere counts no more.
  for (const char* const name : {layout::status, layout::pid})
    if (before_ && belief_ == Belief::record) unlinkat(before_.get(), name, 0);
  return belief_ != Belief::wait;
}

std::optional<SavedState> Predecessor::saved() const {
  return belief_ != Belief::nothing ? std::optional(saved_) : std::nullopt;
}

void Predecessor::report(const Place& place, Belief belief) {
  const Text<300> file(place.path, "/", layout::status);
  constexpr std::string_view states[record_count] = {
      " is missing: ", " is damaged: ",     " is out of date: ",
      " is a copy: ",  " is out of date: ", " is out of date: "};
  const std::string_view what = states[static_cast<size_t>(record_)];
  switch (belief) {
  case Belief::record: return;
  case Belief::told:
  case Belief::named: return warn({file, what, "taking over ", name_and_pid(saved_.main.pid)});
  case Belief::wait:
    return complaint_.warn({file, what, "not starting while ", name_and_pid(suspect_),
                            " runs, which may be the service"});
  case Belief::nothing:
    if (record_ == Record::damaged || record_ == Record::elsewhere)
      warn({file, what, "starting afresh"});
  }
}

void Predecessor::take(const ToldRun& run, const ToldRun& logger) {
  const bool piped = runs(logger.pid);
  saved_ = {.pipe = pipe_inode(run.pid, STDOUT_FILENO), .has_log = piped};
  saved_.main = run_of(run);
  if (piped) saved_.log = run_of(logger);
}

}  // namespace stoker
