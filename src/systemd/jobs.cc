// SPDX-License-Identifier: ISC
#include "systemd/jobs.hh"

#include <cerrno>
#include <cstdlib>

#include "base/duration.hh"
#include "base/report.hh"
#include "client/held.hh"
#include "client/ordered.hh"
#include "service/control.hh"

namespace stoker::systemd {

namespace {

using Found = Probe::Found;
using Result = Job::Result;

class JobRun {
 public:
  JobRun(const JobOptions& options, std::span<Job> jobs)
      : options_(options),
        places_(options.site.places()),
        jobs_(jobs),
        poll_set_(jobs.size()),
        in_order_(is_ordered(places_, options.site.services())) {}

  void run();

 private:
  void begin(Job& job);
  void look(Job& job);
  void command(Job& job);
  void lose(Job& job);
  void advance(Job& job);
  void await_supervisor(Job& job);
  void judge(Job& job);
  void judge_held(Job& job);
  void time_out();
  bool is_pending() const;

  const JobOptions& options_;
  const Places places_;
  std::span<Job> jobs_;
  PollSet poll_set_;
  const bool in_order_;
  // A svscan that has only been started may not watch the directory yet.
  const Moment patience_ = now() + 420ms;
};

bool JobRun::is_pending() const {
  for (const Job& job : jobs_)
    if (job.result == Result::pending) return true;
  return false;
}

void JobRun::begin(Job& job) {
  job.handle.name = job.service.c_str();
  job.handle.poll_only = poll_set_.poll_only();
  open_handle(job.handle, places_);
  look(job);
  if (job.probe.found == Found::supervised)
    command(job);
  else
    await_supervisor(job);
}

void JobRun::look(Job& job) {
  job.probe = probe_again(job.handle, places_);
  plan_probe(job.handle, now());
}

void JobRun::await_supervisor(Job& job) {
  if (job.asked) return;
  job.asked = request_supervisor(job.handle, places_, job.probe);
  if (job.asked || (is_unsupervised(job.probe) && now() < patience_)) return;
  job.result = job.probe.error == EACCES ? Result::refused : Result::unsupervised;
}

// The status before the command is read after subscribing to events.
void JobRun::command(Job& job) {
  if (options_.waits && job.probe.status.native && !job.handle.listener) {
    listen_to(job.handle);
    job.probe = probe_again(job.handle, places_);
  }
  job.before = job.probe.status;
  if (!job.handle.state) open_handle(job.handle, places_);
  const auto letters = letters_of(job.kind, job.before, in_order_);
  job.sent = send_letters(job.handle.state.get(), letters);
  if (!job.sent && (errno == EACCES || errno == EPERM))
    job.result = Result::refused;
  else if (!job.sent)
    lose(job);
  else if (!options_.waits || job.kind == JobKind::trigger)
    job.result = Result::done;
  else
    judge(job);
}

// It has ended since the probe.
void JobRun::lose(Job& job) {
  look(job);
  if (job.probe.found == Found::supervised)
    job.result = Result::unsupervised;
  else
    await_supervisor(job);
}

void JobRun::advance(Job& job) {
  while (next_letter(job.handle) != 0) continue;
  look(job);
  if (job.probe.found != Found::supervised) {
    // It was killed: its successor gets the command, too.
    if (job.sent) job.sent = job.asked = false;
    return await_supervisor(job);
  }
  return job.sent ? judge(job) : command(job);
}

void JobRun::judge(Job& job) {
  const StatusFile& status = job.probe.status;
  if (job.kind == JobKind::start && status.native && status.main_status.state == State::held)
    return judge_held(job);
  switch (job.awaits_end ? progress_of_oneshot(job.kind, job.before, status)
                         : progress(goal_of(job.kind), job.before, status)) {
  case Progress::waiting: return;
  case Progress::failed: job.result = Result::failed; return;
  // What systemd starts is started when it runs: it has no checks.
  case Progress::checks:
  case Progress::reached: job.result = Result::done; return;
  }
}

void JobRun::judge_held(Job& job) {
  constexpr Moment pause = 200ms;
  const HeldStart held = examine_held(places_, job.service.c_str(), job.probe.status);
  const bool is_unread = is_before_start(job.before, job.probe.status);
  if (held.hopeless && !held.doubtful && !is_unread) job.result = Result::dependency;
  job.handle.next_probe = now() + pause;
}

void JobRun::time_out() {
  for (Job& job : jobs_) {
    const ServiceStatus& own = job.probe.status.main_status;
    const bool may_take_long = job.awaits_end || (job.probe.status.native && own.oneshot);
    if (job.result == Result::pending && !may_take_long) job.result = Result::timeout;
  }
}

void JobRun::run() {
  const Moment limit = now() + job_limit(getenv("SVWAIT"));
  for (Job& job : jobs_) {
    if (job.kind == JobKind::nothing) job.result = Result::done;
    if (job.result == Result::pending) begin(job);
  }
  while (is_pending()) {
    poll_set_.begin();
    for (Job& job : jobs_)
      if (job.result == Result::pending) poll_set_.add(job.handle);
    poll_set_.sleep(now() < limit ? limit : never);
    for (Job& job : jobs_)
      if (job.result == Result::pending && poll_set_.has_changed(job.handle)) advance(job);
    if (const int signal = poll_set_.interrupted()) {
      for (Job& job : jobs_) job.handle.listener.reset();
      die_by(signal);
    }
    if (now() >= limit) time_out();
  }
  for (Job& job : jobs_) job.handle.listener.reset();
}

}  // namespace

void run_jobs(const JobOptions& options, std::span<Job> jobs) { JobRun(options, jobs).run(); }

Text<16> letters_of(JobKind kind, const StatusFile& status, bool in_order) {
  const bool waits = in_order && status.native;
  switch (kind) {
  case JobKind::nothing: return {};
  case JobKind::start: return Text<16>("u");
  case JobKind::stop: return Text<16>(waits ? ">d" : "d");
  case JobKind::restart: return Text<16>(!status.native ? "tcu" : waits ? ">rcu" : "rcu");
  case JobKind::reload: return Text<16>(status.native ? "ll" : "h");
  case JobKind::trigger: return Text<16>("a");
  case JobKind::end: return Text<16>("tc");
  }
  return {};
}

Goal goal_of(JobKind kind) {
  switch (kind) {
  case JobKind::start: return Goal::up;
  case JobKind::stop: return Goal::down;
  case JobKind::restart: return Goal::again | Goal::resumed | Goal::up;
  case JobKind::reload: return Goal::reloaded;
  case JobKind::end: return Goal::again;
  case JobKind::nothing:
  case JobKind::trigger: return Goal::none;
  }
  return Goal::none;
}

Progress progress_of_oneshot(JobKind kind, const StatusFile& before, const StatusFile& after) {
  const ServiceStatus& own = after.main_status;
  // One with a `start` instead of a `run` is up once that has ended.
  if (!after.native || own.oneshot) return progress(goal_of(kind), before, after);
  if (is_up(own.state)) return Progress::waiting;
  const bool ran = own.starts != before.main_status.starts ||
                   (kind == JobKind::start && is_up(before.main_status.state));
  const bool ended = own.state == State::down || own.state == State::backoff;
  if (!ran || !ended || own.reason == Reason::skipped)
    return progress(goal_of(kind), before, after);
  const bool well = own.hint == Hint::success || (own.signal == 0 && own.exit_code <= 0);
  return well ? Progress::reached : Progress::failed;
}

Moment job_limit(const char* svwait) {
  constexpr Moment usual = 90s;
  return svwait == nullptr ? usual : parse_duration(svwait).value_or(usual);
}

}  // namespace stoker::systemd
