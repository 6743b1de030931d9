// SPDX-License-Identifier: ISC
// timer: run a service on a schedule. See timer(8).
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "base/duration.hh"
#include "base/fd.hh"
#include "base/options.hh"
#include "base/origin.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "base/text.hh"
#include "chain/run_next.hh"
#include "timer/timer_job.hh"
#include "timer/wall_clock.hh"

namespace stoker {

namespace {

constexpr About about{
    "timer [-v] [--calendar=when] [--cron=fields] [--interval=time] [--boot=time] "
    "[--random-delay=time] [--stamp=file] [--next=n] [prog]",
    "Wait until a job is due, then run it.\n"
    "  --calendar=when      at these times, as systemd writes them\n"
    "  --cron=fields        at these times, as cron writes them\n"
    "  --interval=time      so long after the last run\n"
    "  --boot=time          so long after the boot\n"
    "  --random-delay=time  wait up to so much longer\n"
    "  --stamp=file         keep the time of the last run\n"
    "  --next=n             print the next times, and exit\n"
    "  -v                   report what it waits for\n"};

struct Job {
  TimerJob timer = {};
  int show = 0;  // only print this many times
  bool verbose = false;
};

bool is_known(std::string_view name) {
  for (const std::string_view known :
       {"calendar", "cron", "interval", "boot", "random-delay", "stamp", "next"})
    if (name == known) return true;
  return false;
}

void take_option(Job& job, std::string_view name, const char* value) {
  const JobOption taken = take_job_option(job.timer, name, value);
  if (taken == JobOption::in_vain) die({value, " never comes"}, exit_misuse);
  if (name == "next") job.show = parse_number<int>(value).value_or(0);
  if (taken == JobOption::invalid || (name == "next" && job.show <= 0))
    die({"invalid value for --", name, ": ", value}, exit_misuse);
}

Job read_options(Options& options) {
  Job job;
  while (const char letter = options.next()) {
    if (letter == 'v') {
      job.verbose = true;
      continue;
    }
    const std::string_view name = options.name();
    if (letter != Options::long_option || !is_known(name)) options.refuse(letter);
    take_option(job, name, options.required_value(letter));
  }
  if (job.timer.schedule.empty() || (options.count() == 0) != (job.show > 0)) usage(about.synopsis);
  if (job.timer.schedule.boot && job.timer.stamp == nullptr)
    die({"--boot requires --stamp"}, exit_misuse);
  return job;
}

// With its zone: "2026-11-22 03:00:00 CET".
Text<64> time_text(int64_t seconds) {
  const time_t time = static_cast<time_t>(seconds);
  tm parts{};
  localtime_r(&time, &parts);
  char text[48];
  return Text<64>(
      std::string_view(text, strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &parts)));
}

[[noreturn]] void die_of_past() { die({"all times of the calendar are past"}, exit_misuse); }

[[noreturn]] void show_next(const Job& job) {
  if (job.timer.schedule.calendars.empty())
    die({"--next requires --calendar or --cron"}, exit_misuse);
  Circumstances known{wall_seconds()};
  for (int i = 0; i < job.show; ++i) {
    const auto due = due_by_calendar(job.timer.schedule, known);
    if (!due && i == 0) die_of_past();
    if (!due) break;
    if (!write_all(STDOUT_FILENO, Text<80>(time_text(*due).view(), "\n")))
      die_errno({"unable to write"});
    known.now = *due;
  }
  _exit(0);
}

// The last run of the job, by its stamp file. A missing one is created before the job runs, so that
// failures are noticed early.
std::optional<int64_t> last_run_of(const TimerJob& job) {
  if (job.stamp == nullptr) return {};
  struct stat info {};
  if (stat(job.stamp, &info) == 0) return info.st_mtim.tv_sec;
  if (errno != ENOENT) die_errno({"unable to examine ", job.stamp});
  return {};
}

void write_stamp(const char* stamp) {
  const Fd file = open_append(AT_FDCWD, stamp, 0644);
  if (!file || futimens(file.get(), nullptr) != 0) die_errno({"unable to write ", stamp});
}

Moment random_below(Moment most) {
  if (most <= 0s) return 0s;
  uint64_t random = 0;
  if (getentropy(&random, sizeof random) != 0) die_errno({"unable to get a random number"});
  return Moment(static_cast<int64_t>(random % static_cast<uint64_t>(most.count())));
}

void announce_time(const CalendarDue& due, Moment left) {
  const auto by_span = left == never ? std::optional<int64_t>() : wall_seconds() + left / 1s;
  const auto first = due.time() && by_span ? std::min(*due.time(), *by_span)
                                           : due.time().value_or(by_span.value_or(0));
  const Text<80> line("timer: the next run is ", first != 0 ? time_text(first).view() : "never",
                      "\n");
  static_cast<void>(write_all(STDERR_FILENO, line));  // a failure cannot be reported
}

void wait_until_due(const TimerJob& job, bool verbose) {
  catch_signals({SIGALRM});
  const Circumstances known{wall_seconds(), last_run_of(job), time_since_boot()};
  const Moment delay = random_below(job.random_delay);
  const Moment left = left_by_span(job.schedule, known);
  const Moment deadline = left == never ? never : now() + left + delay;
  CalendarDue due(job.schedule, known, delay / 1s);
  if (!due.time() && left == never && !known.last_run) die_of_past();
  if (!job.schedule.boot && job.stamp != nullptr && !known.last_run) write_stamp(job.stamp);
  if (verbose) announce_time(due, left);

  WallAlarm alarm;
  while (next_signal() != SIGALRM && now() < deadline && !due.come(wall_seconds())) {
    if (due.time() && !alarm.set(*due.time())) die_errno({"unable to set an alarm"});
    if (due.time())
      alarm.wait(deadline);
    else
      wait_until({}, deadline);
  }
  reset_signals();
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_tool("timer");
  const char* const path = getenv("PATH");
  Options options(argc, argv, &about);
  const Job job = read_options(options);
  if (job.show > 0) show_next(job);
  wait_until_due(job.timer, job.verbose);
  if (job.timer.stamp != nullptr) write_stamp(job.timer.stamp);
  run_next(options.arguments(), path, daemontools_wording);
}
