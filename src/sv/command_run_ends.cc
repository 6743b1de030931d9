// SPDX-License-Identifier: ISC
// How commands end: what is printed, and what is sent when the time is over.
#include <sys/wait.h>

#include <cerrno>

#include "base/parse.hh"
#include "base/report.hh"
#include "client/explainer.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "service/control.hh"
#include "service/mask.hh"
#include "sv/command_run.hh"

namespace stoker {

namespace {

using Found = Probe::Found;

// How the script of the last reload has ended, or what the service says.
Text<100> reload_text(const StatusFile& status) {
  const int ended = static_cast<int>(status.reloads & 0xffff);
  if (const int error = error_reported_by(ended))
    return Text<100>("it reports error ", error, " (", error_text(error), ")");
  return Text<100>("control/l ",
                   ending_text(WEXITSTATUS(ended), WIFSIGNALED(ended) ? WTERMSIG(ended) : 0));
}

}  // namespace

void CommandRun::die_after(int signal) {
  for (Task& task : tasks_.all()) end(task, false);
  printer_.flush();
  die_by(signal);
}

void CommandRun::give_up(Task& task) {
  const Probe probe = probe_again(task.handle, options_.places);
  if (probe.found != Found::supervised || task.stage == Task::Stage::requested)
    return end_without_supervisor(task, probe);
  const bool kills = task.verb->kills;
  if (!task.handle.state) open_handle(task.handle, options_.places);
  if (kills) force(task, probe.status);
  end_with_line(task, kills ? "kill: " : "timeout: ", probe.status, true);
}

// What has still been waiting for others is asked again, and at once.
void CommandRun::force(Task& task, const StatusFile& status) {
  Text<16> letters(task.manner == Manner::in_order ? bytes_for(*task.verb, status) : "");
  letters.append("k");
  static_cast<void>(send_letters(task.handle.state.get(), letters));
}

void CommandRun::end(Task& task, bool failed) {
  failures_ += failed;
  task.stage = Task::Stage::done;
  abandon_check(task.check);
  task.handle.listener.reset();
  task.handle.ok.reset();
  task.handle.state.reset();
}

// If svscan is quick, another supervisor exists before the end of the first one is seen.
bool CommandRun::has_successor(const Task& task, const Probe& probe) {
  return probe.status.native && probe.status.supervisor != task.before.supervisor;
}

bool CommandRun::has_exited(const Task& task, const Probe& probe) const {
  return must_exit(task) && has_successor(task, probe);
}

// As what `sv run` has started, when it ends.
bool CommandRun::is_removed(const Task& task) const {
  return !open_service(options_.places, task.handle.name) && errno == ENOENT;
}

// There is no supervisor, which is the goal of `exit`, or it cannot be reached.
void CommandRun::end_without_supervisor(Task& task, const Probe& probe) {
  if (must_exit(task) && probe.found != Found::trouble) {
    printer_.page.append("ok: ", task.handle.name, ": runsv not running\n");
    return end(task, false);
  }
  if (task.stage == Task::Stage::sent && task.verb->goal == Goal::down && is_removed(task)) {
    printer_.page.append("ok: ", task.handle.name, ": down, and removed\n");
    return end(task, false);
  }
  append_trouble(printer_.page, options_.places, task.handle.name, probe);
  end(task, true);
}

void CommandRun::end_with_line(Task& task, std::string_view outcome, const StatusFile& status,
                               bool failed) {
  const Fd service = open_service(options_.places, task.handle.name);
  View view{.runit = status.main,
            .own = status.native ? &status.main_status : nullptr,
            .down_file = has_down_file(service.get()),
            .now = tai_now(),
            .masked = is_masked(service.get())};
  Explainer explainer(options_.places);
  if (Explainer::has_to_explain(status)) view.hold = explainer.explain(task.handle.name).reason;
  printer_.page.append(outcome);
  append_sv(printer_.page, task.handle.name, view);
  // Of a restart: what came before does not show in the line.
  const ServiceStatus& own = status.main_status;
  const bool restarted =
      status.native && is_up(own.state) && own.starts != task.before.main_status.starts;
  if (restarted && own.reason == Reason::not_stopped)
    printer_.page.append(", last run: ", reason_text(own).view());
  printer_.page.append("\n");
  printer_.make_room();
  end(task, failed);
}

void CommandRun::end_failed(Task& task, const StatusFile& status) {
  const ServiceStatus& own = status.main_status;
  printer_.page.append("fail: ", task.handle.name, ": ");
  const Cell reason = status.native ? reason_text(own, tai_now()) : Cell();
  if (task.verb->goal == Goal::upgraded) {
    printer_.page.append("its new program cannot take over");
  } else if (status.reloads != task.before.reloads) {
    printer_.page.append(reload_text(status).view(), ", not reloaded");
  } else {
    if (own.state == State::failed) printer_.page.append("failed: ");
    if (task.stable_at != 0s)
      printer_.page.append("it did not stay up", reason.empty() ? "" : ": ");
    printer_.page.append(reason.view());
    if (own.state == State::failed && own.reason == Reason::cycle)
      printer_.page.append(": ", Explainer(options_.places).explain(task.handle.name).reason);
  }
  printer_.page.append("\n");
  end(task, true);
}

}  // namespace stoker
