// SPDX-License-Identifier: ISC
// The content of the service's status file: who supervises it, both runs, and what a
// successor needs. It is written by each new child before that executes anything, too.
#pragma once
#include <utility>

#include "supervise/beginning.hh"
#include "supervise/health.hh"
#include "supervise/log_pipe.hh"
#include "supervise/notifications.hh"
#include "supervise/scanner_link.hh"
#include "supervise/service_group.hh"
#include "supervise/state_directory.hh"

namespace stoker {

class StatusRecord {
 public:
  // Where it is written, and what it is composed from; all of it is lent.
  struct Sources {
    const Personality& personality;
    const ScannerLink& scanner;
    StateDirectory& state;
    const RunState& main;
    const Notifications& notifications;
    const RunState& log;
    const Health& health;
    const ServiceGroup& group;
    const LogPipe& pipe;  // open: there is a logger
  };
  explicit StatusRecord(const Sources& sources) : from_(sources) {}

  // Notes which process this is, on which boot.
  void identify();
  // Our own, in a child, too: what it writes before it executes is the status of its parent.
  pid_t pid() const { return pid_; }
  pid_t logger() const { return from_.log.pid; }  // 0: none

  uint64_t boot() const { return boot_; }  // see boot_mark()
  // Counts on from it.
  void follow(const SavedState& predecessor, Beginning beginning);
  void count_refused_upgrade() { ++refused_upgrades_; }

  StateDirectory::Image image() const;
  // In a new child. What cannot be written now, the parent writes when it publishes; should it be
  // killed before, svscan knows.
  void write_in_child() const;
  // Before it is published, which is not less due then: what cannot wait for the end of the turn.
  // What cannot be written now is written then.
  void write_early() const { static_cast<void>(from_.state.record_early(image())); }
  // What start has left in its process group belongs to the service until it is down.
  void note_start_group(pid_t group) { start_group_ = group; }
  pid_t take_start_group() { return std::exchange(start_group_, 0); }  // 0: none
  // Writes that a run has ended to the death tally, as one of the last `limit`.
  void count_death(unsigned limit);

  SavedState saved() const;

 private:
  StatusFile status() const;

  Sources from_;
  pid_t pid_ = 0, start_group_ = 0;
  uint64_t boot_ = 0, start_time_ = 0;
  uint32_t takeovers_ = 0, upgrades_ = 0, refused_upgrades_ = 0;
  Complaint complaint_;
};

}  // namespace stoker
