// SPDX-License-Identifier: ISC
#include "supervise/status_record.hh"

#include <unistd.h>

#include "base/process.hh"
#include "service/layout.hh"
#include "supervise/death_tally.hh"

namespace stoker {

void StatusRecord::identify() {
  boot_ = boot_mark();
  pid_ = getpid();
  start_time_ = process_start_time(pid_);
}

void StatusRecord::follow(const SavedState& predecessor, Beginning beginning) {
  const bool upgraded = beginning == Beginning::reexec;
  takeovers_ = predecessor.takeovers + (upgraded ? 0 : 1);
  upgrades_ = predecessor.upgrades + (upgraded ? 1 : 0);
  refused_upgrades_ = predecessor.refused_upgrades;
  start_group_ = predecessor.start_group;
}

StatusFile StatusRecord::status() const {
  StatusFile status;
  status.main = runit_status_of(from_.main, from_.personality);
  status.main_status = service_status_of(from_.main);
  status.called_as = from_.personality.called_as;
  status.supervisor = pid_;
  status.supervisor_start_time = start_time_;
  status.scanner = from_.scanner.inode();
  status.home = from_.state.home();
  status.takeovers = takeovers_;
  status.upgrades = upgrades_;
  status.refused_upgrades = refused_upgrades_;
  status.reloads = from_.main.reloads;
  status.order = from_.main.order;
  status.health = from_.health.record().status;
  status.said = from_.notifications.shown();
  status.has_group = from_.group.is_open();
  status.has_log = from_.pipe.is_open();
  if (!status.has_log) return status;
  status.log = runit_status_of(from_.log, from_.personality);
  status.log_status = service_status_of(from_.log);
  return status;
}

SavedState StatusRecord::saved() const {
  SavedState saved;
  saved.boot = boot_;
  saved.pipe = from_.pipe.inode();
  saved.takeovers = takeovers_;
  saved.upgrades = upgrades_;
  saved.refused_upgrades = refused_upgrades_;
  saved.start_group = start_group_;
  saved.has_log = from_.pipe.is_open();
  saved.main = from_.main;
  saved.notify = from_.notifications.saved();
  if (saved.has_log) saved.log = from_.log;
  saved.health = from_.health.record();
  saved.group = from_.group.saved();
  shift(saved, -clock_shift());
  return saved;
}

StateDirectory::Image StatusRecord::image() const {
  const SavedState kept = saved();
  return {status(), &kept};
}

void StatusRecord::write_in_child() const {
  if (!from_.state.record(image()) || !from_.state.reveal())
    from_.scanner.tell_runs(pid_, from_.main, from_.log);
}

void StatusRecord::count_death(unsigned limit) {
  if (limit == 0) return;
  const auto entry = death_tally_entry(tai_now(), from_.main.exit_code, from_.main.signal);
  if (!add_to_death_tally(from_.state.directory(), entry, limit))
    complaint_.warn_errno({"unable to write ", layout::death_tally});
}

}  // namespace stoker
