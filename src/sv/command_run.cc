// SPDX-License-Identifier: ISC
#include "sv/command_run.hh"

#include <algorithm>

#include "base/child.hh"
#include "base/digest.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/trouble.hh"
#include "service/control.hh"
#include "service/mask.hh"
#include "service/settings.hh"

namespace stoker {

namespace {

using Found = Probe::Found;

bool is_same_run(const RunitStatus& one, const RunitStatus& other) {
  return one.pid == other.pid && one.since == other.since && one.phase == other.phase;
}

}  // namespace

unsigned CommandRun::run(std::span<const ServiceCommand> commands) {
  const std::span<Task> tasks = tasks_.all();
  for (size_t at = 0; at < commands.size(); ++at) {
    tasks[at].handle.name = commands[at].name;
    tasks[at].verb = commands[at].verb;
    tasks[at].manner = commands[at].manner;
  }
  for (Task& task : tasks) begin(task);
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
    const Fd service = open_service(options_.places, task.handle.name);
    if (!service) {
      append_no_service(printer_.page, options_.places, task.handle.name);
      return end(task, true);
    }
    if (is_refused_by_mask(*task.verb) && is_masked(service.get())) {
      append_masked(printer_.page, task.handle.name);
      return end(task, true);
    }
    task.handle.state = open_state(options_.places, task.handle.name, service.get());
  }
  Probe probe = probe_again(task.handle, options_.places);
  if (probe.found == Found::supervised) return command(task, probe);
  // The stage is `requested` to begin with.
  if (!starts_something(*task.verb)) return end_without_supervisor(task, probe);
  plan_probe(task.handle, now());
  await_supervisor(task, probe);
}

// A svscan that has only been started may not watch the directory yet.
void CommandRun::await_supervisor(Task& task, Probe& probe) {
  if (task.asked) return;
  task.asked = request_supervisor(task.handle, options_.places, probe);
  if (!task.asked && (!is_unsupervised(probe) || now() >= options_.patience))
    end_without_supervisor(task, probe);
}

// Sends the command to a running supervisor. `before` is the status that is read after
// subscribing to events and right before sending.
void CommandRun::command(Task& task, const Probe& probe) {
  Probe latest = probe;
  if (options_.waits && probe.status.native && !task.handle.listener) {
    listen_to(task.handle);
    latest = probe_again(task.handle, options_.places);
  }
  if (latest.found != Found::supervised) return end_without_supervisor(task, latest);
  task.before = latest.status;
  if (!send(task, latest.status)) return;
  if (!options_.waits) return end(task, false);
  task.stage = Task::Stage::sent;
  advance(task);
}

bool CommandRun::send(Task& task, const StatusFile& status) {
  const std::string_view bytes = bytes_for(*task.verb, status);
  if (bytes.empty()) return true;
  const auto letters = letters_for(bytes, status.native ? task.manner : Manner::plain);
  if (!task.handle.state) open_handle(task.handle, options_.places);
  if (send_letters(task.handle.state.get(), letters)) return true;
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
  Probe probe = probe_again(task.handle, options_.places);
  plan_probe(task.handle, now());
  const bool supervised = probe.found == Found::supervised;
  if (task.stage == Task::Stage::requested)
    return supervised ? command(task, probe) : await_supervisor(task, probe);
  if (!supervised && !must_exit(task) && request_supervisor(task.handle, options_.places, probe)) {
    // It was killed, and svscan starts another, which gets the command too.
    task.stage = Task::Stage::requested;
    task.asked = true;
    return;
  }
  if (!supervised || has_exited(task, probe)) return end_without_supervisor(task, probe);
  if (task.stable_at != 0s) return watch(task, probe.status);
  if (is_waiting_for_others(task, probe.status)) return wait_for_others(task, probe.status);
  switch (progress(task.verb->goal, task.before, probe.status)) {
  case Progress::waiting:
    // The supervisor may have been killed before it recorded the command.
    if (has_successor(task, probe)) return command(task, probe);
    if (has_died_early(task, probe.status)) end_failed(task, probe.status);
    return;
  case Progress::reached: return settle(task, probe.status);
  case Progress::checks: return advance_check(task, probe.status);
  case Progress::failed: return end_failed(task, probe.status);
  }
}

// Has it been asked to start, and must others come first?
bool CommandRun::is_waiting_for_others(const Task& task, const StatusFile& status) {
  return status.native && status.main_status.state == State::held &&
         includes(task.verb->goal, Goal::up | Goal::once | Goal::as_wanted);
}

// What blocked it may be from before this command: its supervisor has not read that yet, or svscan
// has not answered.
bool CommandRun::is_doubted(Task& task, const HeldStart& held, const StatusFile& status) {
  constexpr Moment unread = 2s, unanswered = 200ms;
  const bool is_unread =
      includes(task.verb->goal, Goal::up | Goal::once) && is_before_start(task.before, status);
  if (!is_unread && !held.doubtful) return false;
  if (task.doubted == 0s) task.doubted = now() + (is_unread ? unread : unanswered);
  if (now() >= task.doubted) return false;
  task.handle.next_probe = task.doubted;
  return true;
}

// Says whom it waits for, whenever these are others, or that they will not come.
void CommandRun::wait_for_others(Task& task, const StatusFile& status) {
  constexpr Moment pause = 1s;
  task.handle.next_probe = now() + pause;
  const HeldStart held = examine_held(options_.places, task.handle.name, status);
  if (held.hopeless && is_doubted(task, held, status)) return;
  if (held.hopeless && !is_being_started(held.awaited)) {
    printer_.page.append("fail: ", task.handle.name, ": ", held.reason, "\n");
    return end(task, true);
  }
  if (!held.waits) return;
  Digest digest;
  for (const char byte : held.awaited.view()) digest.mix(static_cast<unsigned char>(byte));
  if (digest.value() == task.awaited) return;
  task.awaited = digest.value();
  say("info", {task.handle.name, ": ", held.reason});
}

// One of them may have failed before this command, which starts it, too.
bool CommandRun::is_being_started(std::string_view names) const {
  const auto tasks = tasks_.all();
  return std::any_of(tasks.begin(), tasks.end(), [names](const Task& other) {
    return other.stage != Task::Stage::done && has_line(names, base_name(other.handle.name));
  });
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
    const Fd service = open_service(options_.places, task.handle.name);
    begin_check(check, service.get(), task.handle.name);
  }
  if (check.result == Check::Result::passed) settle(task, status);
}

// 0: none.
Moment CommandRun::minimum_uptime(const Task& task) const {
  if (!includes(task.verb->goal, Goal::up | Goal::as_wanted)) return 0s;
  if (options_.minimum_uptime) return *options_.minimum_uptime;
  const Fd service = open_service(options_.places, task.handle.name);
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

// Its run may be over before it was seen, and does not count then.
bool CommandRun::has_died_early(Task& task, const StatusFile& status) const {
  const ServiceStatus &own = status.main_status, &before = task.before.main_status;
  const bool over = status.native && own.state == State::backoff && own.starts != before.starts;
  if (!over || minimum_uptime(task) == 0s) return false;
  task.stable_at = now();
  return true;
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
    poll_set_->sleep(now() < options_.deadline ? options_.deadline : never);
    take_deaths();
    for (Task& task : tasks_.all())
      if (task.stage != Task::Stage::done && poll_set_->has_changed(task.handle)) advance(task);
    if (const int signal = poll_set_->interrupted()) die_after(signal);
    if (now() < options_.deadline) continue;
    for (Task& task : tasks_.all())
      if (task.stage != Task::Stage::done && task.stable_at == 0s) give_up(task);
  }
}

unsigned act(const CommandOptions& options, std::span<const ServiceCommand> commands,
             Printer& printer) {
  CommandRun run(options, commands.size(), printer);
  return run.run(commands);
}

}  // namespace stoker
