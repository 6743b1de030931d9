// SPDX-License-Identifier: ISC
#include "systemd/jobs.hh"

#include "catch.hh"
#include "systemd/job_texts.hh"
#include "systemd/times.hh"
#include "systemd/verbs.hh"

using namespace stoker;
using namespace stoker::systemd;

TEST_CASE("a job is letters to a supervisor, of Stoker or another suite") {
  StatusFile status;
  CHECK(letters_of(JobKind::start, status, false).view() == "u");
  CHECK(letters_of(JobKind::stop, status, false).view() == "d");
  CHECK(letters_of(JobKind::stop, status, true).view() == ">d");
  CHECK(letters_of(JobKind::restart, status, true).view() == ">rcu");
  CHECK(letters_of(JobKind::reload, status, false).view() == "ll");
  CHECK(letters_of(JobKind::trigger, status, false).view() == "a");
  status.native = false;
  CHECK(letters_of(JobKind::stop, status, true).view() == "d");
  CHECK(letters_of(JobKind::restart, status, true).view() == "tcu");
  CHECK(letters_of(JobKind::reload, status, false).view() == "h");
}

TEST_CASE("a job is waited for as long as SVWAIT says, or 90 seconds") {
  CHECK(job_limit(nullptr) == 90s);
  CHECK(job_limit("5") == 5s);
  CHECK(job_limit("2min") == 120s);
  CHECK(job_limit("never") == 90s);
}

TEST_CASE("a failed job names its cause, and where to look") {
  Job job;
  job.unit = UnitName("web.service");
  job.result = Job::Result::failed;
  job.probe.status.main_status.reason = Reason::exited;
  job.probe.status.main_status.exit_code = 1;
  CHECK(failure_text(job, "start", "/service").view() ==
        "Job for web.service failed because the control process exited with error code.\n"
        "See \"systemctl status web.service\" and \"journalctl -xeu web.service\" for details.");
  job.result = Job::Result::refused;
  CHECK(failure_text(job, "start", "/service").view() ==
        "Failed to start web.service: Access denied");
  job.result = Job::Result::unsupervised;
  CHECK(failure_text(job, "stop", "/service").view() ==
        "Failed to stop web.service: it has no supervisor: does svscan watch /service?");
}

TEST_CASE("every verb is in the table once, and takes as many words as systemctl's") {
  for (const VerbRow& row : verb_rows()) {
    CHECK(find_verb(row.word) == &row);
    CHECK(row.least <= row.most);
  }
  CHECK(find_verb("frob") == nullptr);
  CHECK(find_verb("sta") == nullptr);
  CHECK(find_verb("enable")->offline);
  CHECK_FALSE(find_verb("start")->offline);
}

TEST_CASE("lists are in the order of types, then of names") {
  CHECK(is_listed_before("z.service", "a.socket"));
  CHECK(is_listed_before("a.service", "b.service"));
  CHECK_FALSE(is_listed_before("b.service", "a.service"));
}

TEST_CASE("how long ago, in two units at most") {
  CHECK(ago_text(0).view() == "0s ago");
  CHECK(ago_text(59).view() == "59s ago");
  CHECK(ago_text(90).view() == "1min 30s ago");
  CHECK(ago_text(301).view() == "5min ago");
  CHECK(ago_text(3700).view() == "1h 1min ago");
  CHECK(ago_text(86400).view() == "1 day ago");
  CHECK(ago_text(2 * 86400 + 3600).view() == "2 days 1h ago");
  CHECK(left_text(301).view() == "5min left");
  CHECK(left_text(0).view() == "0s left");
  CHECK(ago_text(15 * 86400).view() == "2 weeks 1 day ago");
}

TEST_CASE("a oneshot has started when its program has ended well") {
  StatusFile before, after;
  ServiceStatus& own = after.main_status;
  const auto of = [&](JobKind kind) { return progress_of_oneshot(kind, before, after); };
  own.starts = 1;
  own.state = State::ready;
  CHECK(of(JobKind::start) == Progress::waiting);
  own.state = State::down;
  own.reason = Reason::finished;
  own.exit_code = 0;
  CHECK(of(JobKind::start) == Progress::reached);
  own.exit_code = 3;
  CHECK(of(JobKind::start) == Progress::failed);
  CHECK(of(JobKind::restart) == Progress::failed);
  own.state = State::backoff;
  CHECK(of(JobKind::start) == Progress::failed);
  own.hint = Hint::success;
  CHECK(of(JobKind::start) == Progress::reached);
  // It ran before the command: its end counts for a start, but a restart wants another run.
  own.hint = Hint::none;
  own.state = State::down;
  before.main_status.starts = 1;
  before.main_status.state = State::ready;
  CHECK(of(JobKind::start) == Progress::failed);
  own.starts = 2;
  own.state = State::ready;
  own.oneshot = true;
  after.main.pid = 1;
  after.main.phase = Phase::run;
  CHECK(of(JobKind::start) == Progress::reached);
}
