// SPDX-License-Identifier: ISC
// The part of Supervisor that tells others: the files of the state directory, those who
// listen, and svscan.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "service/event.hh"
#include "service/layout.hh"
#include "service/report.hh"
#include "service/scanner.hh"
#include "supervise/supervisor.hh"

namespace stoker {

namespace {

// How long those who look on may have to wait for what happens once it was told to end.
constexpr Moment shutdown_quiet_time = 100ms;

}  // namespace

StatusFile Supervisor::status() const {
  StatusFile status;
  status.main = runit_status_of(main_.run_state(), personality_);
  status.main_status = service_status_of(main_.run_state());
  status.called_as = personality_.called_as;
  status.supervisor = pid_;
  status.supervisor_start_time = start_time_;
  status.scanner = scanner_;
  status.takeovers = takeovers_;
  status.upgrades = upgrades_;
  status.refused_upgrades = refused_upgrades_;
  status.has_log = !logging_.is_gone();
  if (status.has_log) {
    status.log = runit_status_of(logging_.service().run_state(), personality_);
    status.log_status = service_status_of(logging_.service().run_state());
  }
  return status;
}

void Supervisor::publish() {
  state_.depart(main_.run_state().want == Want::exit);
  const Text<64> events = main_.take_events();
  StateDirectory::Image files = image();
  const bool changed = !state_.has_published(files);
  bool lost = state_.awaits(files) && state_.is_lost();
  if (lost && changed) {
    refresh();
    files = image();
    lost = state_.is_lost();
  }
  if (!state_.publish(files, lost)) retry_at_ = std::min(retry_at_, now() + retry_pause);
  if (!events.empty())
    tell_listeners(events);
  else if (changed)
    tell_listeners(Text<1>(event::changed));
  // Who has waited for the logger finds it in our status, too.
  logging_.publish(now(), pid_);
  report_to_scanner(events);
}

// Every transition, once. A full FIFO takes the latest one later.
void Supervisor::report_to_scanner(std::string_view events) {
  was_ready_ = was_ready_ || events.find(event::ready) != std::string_view::npos;
  if (!logging_.has_scanner()) return;
  const RunState& run = main_.run_state();
  struct stat facts {};
  const bool rests = run.state == State::failed || run.state == State::down;
  const pid_t report = pack(Report{
      .state = run.state,
      .want = run.want,
      .reason = run.reason,
      .wait_status = run.wait_status,
      .essential = rests && fstatat(directory_.get(), layout::essential, &facts, 0) == 0,
      .was_ready = was_ready_,
  });
  if (report == reported_) return;
  const auto message = scan_message(scan_letter::report, pid_, report);
  if (write_all(logging_.scanner(), {message.data(), message.size()}))
    reported_ = report;
  else
    retry_at_ = std::min(retry_at_, now() + retry_pause);
}

// Most of the way to the end takes less time than to write down where on it one is.
void Supervisor::publish_later() { publish_at_ = now() + shutdown_quiet_time; }

bool Supervisor::may_publish() {
  if (publish_at_ == never) return true;
  if (now() < publish_at_) return false;
  publish_at_ = never;
  return true;
}

void Supervisor::tell_listeners(std::string_view events) const {
  announce(state_.directory(), events);
  announce_to_s6(directory_.get(), events);
}

}  // namespace stoker
