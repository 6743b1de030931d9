// SPDX-License-Identifier: ISC
#include "scan/takeover.hh"

#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/child.hh"
#include "base/process.hh"
#include "scan/log_pipes.hh"
#include "scan/scan_tree.hh"
#include "service/control.hh"
#include "service/report.hh"

namespace stoker {

bool Takeover::take_over(Entry& entry, int state, Moment now) {
  if (presence(state) != Presence::running) return false;
  const auto status = read_status(state);
  if (!status || !status->native || status->scanner != tree_.state.control_inode() ||
      !is_at_home(*status, state))
    return false;
  if (!adopt(entry, status->supervisor, status->supervisor_start_time, now)) return false;
  recover_pipe(entry, state);
  // It may have made groups, which it told the svscan before us.
  tree_.groups.note_use();
  // It tells of the next ones.
  const ToldRun run{status->main.pid, run_role, run_number(status->main_status.starts)};
  entry.runs[0] = status->main.phase == Phase::run ? pack(run) : -1;
  entry.runs[1] = status->has_log ? pack(ToldRun{status->log.pid, run_role}) : 0;
  // It sends us what it holds once more.
  if (status->main_status.listen.held > 0) signal_process(status->supervisor, SIGURG);
  return true;
}

// Where start times are not known, it must do that its FIFO is read.
bool Takeover::adopt(Entry& entry, pid_t supervisor, uint64_t start_time, Moment now) {
  ForeignProcess process;
  if (!process.adopt(supervisor, start_time) && start_time != 0) return false;
  tree_.roster.started(entry, supervisor, now);
  entry.settled = true;  // no report of it will come
  entry.stray = 0;       // what runs in its directory is known now
  entry.is_stray_supervisor = false;
  if (is_child(supervisor)) return true;
  entry.process = Process::foreign;
  entry.watch = process.release();
  ++foreign_;
  return true;
}

// The supervisor holds the pipe, unless it lets its logger end; where there is none, the
// logger that still runs has it as its standard input. What a supervisor holds is the one
// in use, whatever we have made for it.
void Takeover::recover_pipe(Entry& entry, int state) {
  const auto status = read_status(state);
  if (!status || !status->native || !status->has_log) return;
  Pipe pipe;
  if (is_alive(status->supervisor, status->supervisor_start_time))
    pipe = reopen_held_pipe(status->supervisor);
  else if (entry.pipe_read < 0 && is_alive(status->log.pid, status->log_status.start_time))
    pipe = reopen_pipe(status->log.pid, STDIN_FILENO);
  if (pipe) set_pipe(entry, std::move(pipe));
}

// Where the status does not tell, the supervisor has. A logger may run where that cannot be known.
Takeover::Left Takeover::left_by(const Entry& entry) const {
  const Fd state = tree_.state_of(entry);
  const auto status = state ? read_status(state.get()) : std::nullopt;
  if (!status || !status->native)
    return {.service = is_child(unpack_told_run(entry.runs[0]).pid),
            .logger = entry.runs[1] < 0 || is_child(unpack_told_run(entry.runs[1]).pid)};
  return {
      .service = is_alive(status->main.pid, status->main_status.start_time),
      .logger = status->has_log && is_alive(status->log.pid, status->log_status.start_time),
  };
}

bool Takeover::has_ended(const Entry& foreign) const {
  pollfd fd{foreign.watch, POLLIN, 0};
  return foreign.watch >= 0 ? poll(&fd, 1, 0) == 1
                            : presence(tree_.state_of(foreign).get()) == Presence::absent;
}

void Takeover::forget(Entry& entry) {
  Fd(std::exchange(entry.watch, -1)).reset();
  if (entry.process == Process::foreign) --foreign_;
}

size_t Takeover::fill_polls(std::span<pollfd> polls) const {
  size_t count = 0;
  if (!has_foreign()) return count;
  for (const Entry& entry : tree_.roster.entries())
    if (entry.watch >= 0) polls[count++] = {entry.watch, POLLIN, 0};
  return count;
}

Moment Takeover::check_time() const {
  constexpr Moment interval = 100ms;
  return has_foreign() && ForeignProcess().look_interval() != never ? now() + interval : never;
}

}  // namespace stoker
