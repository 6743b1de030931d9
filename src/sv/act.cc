// SPDX-License-Identifier: ISC
#include "sv/act.hh"

#include <sys/wait.h>

#include <algorithm>
#include <optional>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/poll_set.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "service/control.hh"
#include "service/settings.hh"
#include "sv/check.hh"
#include "sv/goal.hh"

namespace stoker {

namespace {

using Found = Probe::Found;

// How the script of the last reload has ended.
Text<32> reload_text(const StatusFile& status) {
  const int ended = static_cast<int>(status.reloads & 0xffff);
  return ending_text(WEXITSTATUS(ended), WIFSIGNALED(ended) ? WTERMSIG(ended) : 0);
}

struct Task {
  enum class Stage : uint8_t {
    requested,  // its supervisor has not started yet; nothing has been sent
    sent,       // waiting for the goal
    done,
  };
  Stage stage = Stage::requested;
  bool asked = false;  // svscan has been asked for the supervisor
  ServiceHandle handle;
  StatusFile before;
  Check check;
  RunitStatus run;        // with a minimum uptime: the run that has reached the goal
  Moment stable_at = 0s;  // … and until when it must last; 0: it has not
};

bool is_same_run(const RunitStatus& one, const RunitStatus& other) {
  return one.pid == other.pid && one.since == other.since && one.phase == other.phase;
}

class CommandRun {
 public:
  CommandRun(const Order& order, size_t count, Printer& printer)
      : order_(order), printer_(printer), tasks_(count) {
    if (!tasks_) die_errno({"unable to allocate memory"});
    if (order.waits) poll_set_.emplace(count);
  }

  unsigned run(std::span<char* const> names);

 private:
  void begin(Task& task);
  void command(Task& task, const Probe& probe);
  bool send(Task& task, const StatusFile& status);
  void advance(Task& task);
  void await_supervisor(Task& task, Probe& probe);
  void advance_check(Task& task, const StatusFile& status);
  Moment minimum_uptime(const Task& task) const;
  void settle(Task& task, const StatusFile& status);
  void watch(Task& task, const StatusFile& status);
  void take_deaths();
  void wait_for_all();
  void give_up(Task& task);
  [[noreturn]] void die_after(int signal);
  size_t pending() const;

  static bool has_successor(const Task& task, const Probe& probe);
  bool has_exited(const Task& task, const Probe& probe) const;
  bool must_exit() const { return order_.verb.goal == Goal::exited; }
  void end(Task& task, bool failed);
  void end_without_supervisor(Task& task, const Probe& probe);
  void end_with_line(Task& task, std::string_view outcome, const StatusFile& status, bool failed);
  void end_failed(Task& task, const StatusFile& status);

  const Order& order_;
  Printer& printer_;
  MappedArray<Task> tasks_;
  std::optional<PollSet> poll_set_;
  unsigned failures_ = 0;
};

unsigned CommandRun::run(std::span<char* const> names) {
  const std::span<Task> tasks = tasks_.all();
  for (size_t at = 0; at < names.size(); ++at) {
    tasks[at].handle.name = names[at];
    begin(tasks[at]);
  }
  if (pending() > 0) wait_for_all();
  printer_.flush();
  return failures_;
}

size_t CommandRun::pending() const {
  size_t count = 0;
  for (const Task& task : tasks_.all()) count += task.stage != Task::Stage::done;
  return count;
}

void CommandRun::begin(Task& task) {
  task.handle.poll_only = poll_set_ && poll_set_->poll_only();
  {
    const Fd service = open_service(order_.places, task.handle.name);
    if (!service) {
      append_no_service(printer_.page, order_.places, task.handle.name);
      return end(task, true);
    }
    task.handle.state = open_state(order_.places, task.handle.name, service.get());
  }
  Probe probe = probe_again(task.handle, order_.places);
  if (probe.found == Found::supervised) return command(task, probe);
  // The stage is `requested` to begin with.
  if (!starts_something(order_.verb)) return end_without_supervisor(task, probe);
  plan_probe(task.handle, now());
  await_supervisor(task, probe);
}

// A svscan that has only been started may not watch the directory yet.
void CommandRun::await_supervisor(Task& task, Probe& probe) {
  if (task.asked) return;
  task.asked = request_supervisor(task.handle, order_.places, probe);
  if (!task.asked && (!is_unsupervised(probe) || now() >= order_.patience))
    end_without_supervisor(task, probe);
}

// Sends the command to a running supervisor. `before` is the status that is read after
// subscribing to events and right before sending.
void CommandRun::command(Task& task, const Probe& probe) {
  Probe latest = probe;
  if (order_.waits && probe.status.native && !task.handle.listener) {
    listen_to(task.handle);
    latest = probe_again(task.handle, order_.places);
  }
  if (latest.found != Found::supervised) return end_without_supervisor(task, latest);
  task.before = latest.status;
  if (!send(task, latest.status)) return;
  if (!order_.waits) return end(task, false);
  task.stage = Task::Stage::sent;
  advance(task);
}

bool CommandRun::send(Task& task, const StatusFile& status) {
  const std::string_view bytes = bytes_for(order_.verb, status);
  if (bytes.empty()) return true;
  if (!task.handle.state) open_handle(task.handle, order_.places);
  if (send_letters(task.handle.state.get(), bytes)) return true;
  Probe probe;
  if (errno == ENXIO) probe.found = Found::left;
  probe.trouble = errno == ENOENT || errno == EACCES ? "unable to open supervise/control"
                                                     : "unable to write to supervise/control";
  probe.error = errno;
  end_without_supervisor(task, probe);
  return false;
}

void CommandRun::advance(Task& task) {
  // Later events wake us again; the letters themselves are not needed.
  while (next_letter(task.handle) != 0) continue;
  Probe probe = probe_again(task.handle, order_.places);
  plan_probe(task.handle, now());
  const bool supervised = probe.found == Found::supervised;
  if (task.stage == Task::Stage::requested)
    return supervised ? command(task, probe) : await_supervisor(task, probe);
  if (!supervised && !must_exit() && request_supervisor(task.handle, order_.places, probe)) {
    // It was killed, and svscan starts another, which gets the command too.
    task.stage = Task::Stage::requested;
    task.asked = true;
    return;
  }
  if (!supervised || has_exited(task, probe)) return end_without_supervisor(task, probe);
  if (task.stable_at != 0s) return watch(task, probe.status);
  switch (progress(order_.verb.goal, task.before, probe.status)) {
  case Progress::waiting:
    // The supervisor may have been killed before it recorded the command.
    if (has_successor(task, probe)) command(task, probe);
    return;
  case Progress::reached: return settle(task, probe.status);
  case Progress::checks: return advance_check(task, probe.status);
  case Progress::failed: return end_failed(task, probe.status);
  }
}

// Runs the check once per probe, and again after a pause.
void CommandRun::advance_check(Task& task, const StatusFile& status) {
  constexpr Moment first = 5ms, longest = 400ms;
  Check& check = task.check;
  if (check.pid != 0) return;
  if (check.result == Check::Result::refused) {
    check.result = Check::Result::none;
    check.pause = std::clamp(2 * check.pause, first, longest);
    task.handle.next_probe = now() + check.pause;
    return;
  }
  if (check.result == Check::Result::none) {
    const Fd service = open_service(order_.places, task.handle.name);
    begin_check(check, service.get(), task.handle.name);
  }
  if (check.result == Check::Result::passed) settle(task, status);
}

// 0: none.
Moment CommandRun::minimum_uptime(const Task& task) const {
  if (!includes(order_.verb.goal, Goal::up | Goal::as_wanted)) return 0s;
  if (order_.minimum_uptime) return *order_.minimum_uptime;
  const Fd service = open_service(order_.places, task.handle.name);
  ServiceSettings settings(service.get());
  return settings.minimum_uptime();
}

// The goal is reached, but a process counts only if it has run for some time.
void CommandRun::settle(Task& task, const StatusFile& status) {
  const bool runs = status.main.pid != 0 && status.main.phase == Phase::run;
  const Moment least = runs ? minimum_uptime(task) : 0s;
  const Moment age = std::chrono::seconds(seconds_between(status.main.since, tai_now()));
  if (age >= least) return end_with_line(task, "ok: ", status, false);
  task.run = status.main;
  task.stable_at = now() + least - age;
  watch(task, status);
}

void CommandRun::watch(Task& task, const StatusFile& status) {
  if (!is_same_run(status.main, task.run)) return end_failed(task, status);
  if (now() >= task.stable_at) return end_with_line(task, "ok: ", status, false);
  task.handle.next_probe = std::min(task.handle.next_probe, task.stable_at);
}

void CommandRun::take_deaths() {
  while (const auto death = reap())
    for (Task& task : tasks_.all())
      if (task.check.pid == death->pid) {
        end_check(task.check, death->status);
        advance(task);
      }
}

void CommandRun::wait_for_all() {
  if (!poll_set_) poll_set_.emplace(tasks_.all().size());
  while (pending() > 0) {
    printer_.flush();
    poll_set_->begin();
    for (Task& task : tasks_.all())
      if (task.stage != Task::Stage::done) poll_set_->add(task.handle);
    // What has reached its goal takes only as long as its minimum uptime.
    poll_set_->sleep(now() < order_.deadline ? order_.deadline : never);
    take_deaths();
    for (Task& task : tasks_.all())
      if (task.stage != Task::Stage::done && poll_set_->has_changed(task.handle)) advance(task);
    if (const int signal = poll_set_->interrupted()) die_after(signal);
    if (now() < order_.deadline) continue;
    for (Task& task : tasks_.all())
      if (task.stage != Task::Stage::done && task.stable_at == 0s) give_up(task);
  }
}

void CommandRun::die_after(int signal) {
  for (Task& task : tasks_.all()) end(task, false);
  printer_.flush();
  die_by(signal);
}

void CommandRun::give_up(Task& task) {
  const Probe probe = probe_again(task.handle, order_.places);
  if (probe.found != Found::supervised || task.stage == Task::Stage::requested)
    return end_without_supervisor(task, probe);
  const bool kills = order_.verb.kills;
  if (!task.handle.state) open_handle(task.handle, order_.places);
  if (kills) static_cast<void>(send_letters(task.handle.state.get(), "k"));
  end_with_line(task, kills ? "kill: " : "timeout: ", probe.status, true);
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
  return must_exit() && has_successor(task, probe);
}

// There is no supervisor, which is the goal of `exit`, or it cannot be reached.
void CommandRun::end_without_supervisor(Task& task, const Probe& probe) {
  if (must_exit() && probe.found != Found::trouble) {
    printer_.page.append("ok: ", task.handle.name, ": runsv not running\n");
    return end(task, false);
  }
  append_trouble(printer_.page, order_.places, task.handle.name, probe);
  end(task, true);
}

void CommandRun::end_with_line(Task& task, std::string_view outcome, const StatusFile& status,
                               bool failed) {
  const Fd service = open_service(order_.places, task.handle.name);
  const View view{.runit = status.main,
                  .own = status.native ? &status.main_status : nullptr,
                  .down_file = has_down_file(service.get()),
                  .now = tai_now()};
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
  if (order_.verb.goal == Goal::upgraded) {
    printer_.page.append("its new program cannot take over");
  } else if (status.reloads != task.before.reloads) {
    printer_.page.append("control/l ", reload_text(status).view(), ", not reloaded");
  } else {
    if (own.state == State::failed) printer_.page.append("failed: ");
    if (task.stable_at != 0s)
      printer_.page.append("it did not stay up", reason.empty() ? "" : ": ");
    printer_.page.append(reason.view());
  }
  printer_.page.append("\n");
  end(task, true);
}

}  // namespace

unsigned act(const Order& order, std::span<char* const> names, Printer& printer) {
  CommandRun run(order, names.size(), printer);
  return run.run(names);
}

}  // namespace stoker
