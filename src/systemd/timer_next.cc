// SPDX-License-Identifier: ISC
#include "systemd/timer_next.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/text.hh"
#include "timer/timer_job.hh"
#include "timer/wall_clock.hh"

namespace stoker::systemd {

namespace {

constexpr std::string_view dashes = "--";

// The words of /proc/PID/cmdline.
class ProcessWords {
 public:
  explicit ProcessWords(pid_t pid) {
    const Fd file = open_read(AT_FDCWD, Text<40>("/proc/", pid, "/cmdline").c_str());
    const ssize_t got = file ? read_all(file.get(), {bytes_, sizeof bytes_ - 1}) : 0;
    end_ = bytes_ + std::max<ssize_t>(got, 0);
  }
  // Null: there is none.
  const char* next() {
    if (at_ >= end_) return nullptr;
    const char* const word = at_;
    at_ += strlen(word) + 1;
    return word;
  }

 private:
  char bytes_[8192] = {};
  const char* at_ = bytes_;
  const char* end_;
};

// Options have their value behind `=`, or in the next word. False if the process is no timer.
bool read_job(ProcessWords& words, TimerJob& job) {
  const char* word = words.next();
  if (word == nullptr || base_name(word) != "timer") return false;
  for (word = words.next(); word != nullptr && *word == '-'; word = words.next()) {
    if (!has_prefix(word, dashes)) continue;
    const char* const name = word + dashes.size();
    const char* const sign = strchr(name, '=');
    const std::string_view known(name,
                                 sign != nullptr ? static_cast<size_t>(sign - name) : strlen(name));
    const char* const value = sign != nullptr ? sign + 1 : words.next();
    if (value == nullptr || take_job_option(job, known, value) != JobOption::taken) return false;
  }
  return !job.schedule.empty();
}

// As the process finds it.
std::optional<int64_t> last_run_of(pid_t pid, const char* stamp) {
  struct stat facts {};
  if (stamp == nullptr) return {};
  const PathText path(*stamp == '/' ? Text<40>() : Text<40>("/proc/", pid, "/cwd/"), stamp);
  if (stat(path.c_str(), &facts) != 0) return {};
  return facts.st_mtim.tv_sec;
}

}  // namespace

std::optional<int64_t> next_run_of(pid_t pid, const Tai64n& since) {
  TimerJob job;
  ProcessWords words(pid);
  if (pid == 0 || !read_job(words, job)) return {};
  const auto start = static_cast<int64_t>(since.unix_seconds());
  const Moment running = std::chrono::seconds(std::max<int64_t>(wall_seconds() - start, 0));
  return due_time(job.schedule, {.now = start,
                                 .last_run = last_run_of(pid, job.stamp),
                                 .since_boot = std::max(time_since_boot() - running, Moment(0s))});
}

}  // namespace stoker::systemd
