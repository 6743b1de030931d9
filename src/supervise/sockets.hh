// SPDX-License-Identifier: ISC
// The sockets of a service, and what it has left with its supervisor: opened before its first
// start, handed to each run, and held until the service is down.
#pragma once
#include <string_view>

#include "base/environment.hh"
#include "base/report.hh"
#include "net/notify_message.hh"
#include "supervise/fd_store.hh"
#include "supervise/held_descriptors.hh"
#include "supervise/keeper.hh"
#include "supervise/run_state.hh"
#include "supervise/wait_list.hh"

namespace stoker {

class ServiceDirectory;
class ScannerLink;

class Sockets {
 public:
  // What has been kept of a predecessor: by svscan, or by this process as another program. Null:
  // nothing.
  void inherit(const char* kept) { keeper_.inherit(kept); }
  // Takes what it held; or, where nothing was kept, what the run has got of that.
  void recover(RunState& run, int directory);

  // For a start: opens what `listen` in the service directory names and is not open yet, and closes
  // what it names no longer. False if something cannot be opened: that is reported, and noted.
  struct Place {
    int directory;        // the service directory
    int notification_fd;  // -1: none
    const Environment& environment;
    pid_t activated;  // what may have been started with sockets, see net/activation.hh
  };
  [[nodiscard]] bool open(const Place& place, RunState& run);
  // The service is down, or has failed: closes all, and removes the files of UNIX sockets.
  void close(RunState& run);
  void close_sockets(RunState& run);  // … but not what it has left

  const HeldDescriptors& held() const { return held_; }
  // The run leaves a descriptor, as it says; see FdStore.
  FdStore::Added leave(RunState& run, Fd fd, const NotifyMessage& message, unsigned limit);
  // … and wants none of that name any more.
  void forget(RunState& run, std::string_view name);
  // A run is to get them: those that are of no use any more are closed.
  void drop_dead(RunState& run);

  // What the run reports on; -1: nothing. It is the caller's, and kept with the rest: a datagram
  // that is sent while no supervisor lives is not lost.
  void hold_notification(int fd, RunState& run);
  // … where a predecessor held it. Empty: it did not.
  Fd take_notification() { return std::move(left_notification_); }

  // Something arrives at one of them: looked for only where the list is asked for that.
  void wait_for(WaitList& list) const;
  bool is_readable(const WaitList& list) const;
  // Does anything wait at them now?
  bool has_waiting() const;

  // Keeps what has changed since the last call; and gives svscan a copy of the pair, if it has none
  // yet. Where that must be tried again, when.
  void keep(const ServiceDirectory& location, const ScannerLink& scanner);
  // After the status shows what has been kept: svscan may have begun meanwhile, and have read the
  // status before. One that reads it from now on asks.
  void keep_shown(const ServiceDirectory& location, const ScannerLink& scanner);
  // svscan is another one, or has lost what it had.
  void offer_again() { offered_ = false; }
  Moment deadline() const { return retry_at_; }
  const Keeper& keeper() const { return keeper_; }

 private:
  bool holds(std::string_view line) const;
  bool open_line(const Place& place, const ListenFile& file, const RunState& before, RunState& run);
  bool refuse(RunState& run, int error, Words why);
  void note_count(RunState& run) const;
  void take_from_run(pid_t pid, int directory);

  HeldDescriptors held_;
  int notification_ = -1;
  Fd left_notification_;
  Keeper keeper_;
  bool offered_ = false, held_something_ = false, is_new_ = false;
  Moment retry_at_ = never;
  Complaint complaint_;
};

}  // namespace stoker
