// SPDX-License-Identifier: ISC
// Starts and stops of units: many at once, each waited for until it is done or cannot be any more.
#pragma once
#include "base/mapped_array.hh"
#include "client/goal.hh"
#include "client/poll_set.hh"
#include "systemd/unit_view.hh"

namespace stoker::systemd {

enum class JobKind : uint8_t {
  nothing,  // it is already as it should be
  start,
  stop,
  restart,
  reload,
  trigger,  // a timer's service: its program runs now
  end,      // … ends, and the timer goes on
};

struct Job {
  enum class Result : uint8_t {
    pending,
    done,
    failed,
    dependency,   // what it needs is not going to be ready
    timeout,      // … of this program: the supervisor goes on
    refused,      // no permission
    unsupervised  // there is no supervisor, and svscan starts none
  };
  UnitName unit;
  Text<255> service;
  JobKind kind = JobKind::nothing;
  Result result = Result::pending;
  bool sent = false, asked = false;
  bool awaits_end = false;  // a oneshot: it has started when it has ended
  StatusFile before;
  Probe probe;  // the latest
  ServiceHandle handle;
};

struct JobOptions {
  const Site& site;
  bool waits = true;
};

// Fills in a result for each. Does not return if a signal asks this program to exit.
void run_jobs(const JobOptions& options, std::span<Job> jobs);

// The letters for a supervisor with this status. `in_order`: the tree has an order. Pure.
Text<16> letters_of(JobKind kind, const StatusFile& status, bool in_order);
Goal goal_of(JobKind kind);
// How far is the start or restart of a oneshot? It is done when its program has succeeded. Pure.
Progress progress_of_oneshot(JobKind kind, const StatusFile& before, const StatusFile& after);
// How long it is waited for, beyond the supervisor's own limits: SVWAIT in seconds, or 90, as in
// systemd. A oneshot may take as long as it likes.
Moment job_limit(const char* svwait);

}  // namespace stoker::systemd
