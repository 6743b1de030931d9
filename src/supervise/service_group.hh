// SPDX-License-Identifier: ISC
// The control group of a run: everything that comes of it is in there, whatever it forks and
// whatever session it begins. Scripts and the logger are outside.
#pragma once
#include <array>

#include "base/mapped_object.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "service/control_group.hh"
#include "service/group_tree.hh"
#include "supervise/group_limits.hh"
#include "supervise/saved_group.hh"

namespace stoker {

class ScannerLink;

class ServiceGroup {
 public:
  // All of it is lent.
  struct Place {
    int directory = -1;  // of the service, with `cgroup/` in it
    int state = -1;      // where a link to the group is made
    std::string_view name;
    const ScannerLink& scanner;
    OomPolicy policy = OomPolicy::proceed;
    bool keeps = false;  // what an earlier run has left there stays
  };
  // Makes the group of a run that begins, with its limits. What fails is reported. False, with
  // errno, if the run must not begin.
  [[nodiscard]] bool begin_run(const Place& place);
  // A run begins that has none.
  void begin_run_without() { close(); }
  // The run could not be started in it: reports that. False if it must not be, otherwise.
  [[nodiscard]] bool fail_to_enter(int error, const Place& place);
  // That of a predecessor, of which `pid` may be a process.
  void take_over(const SavedGroup& saved, int state, pid_t pid);
  // Removes it. Who runs in it nevertheless goes on.
  void end(int state);
  // The supervisor exits: removes the groups of the tree, too, if that was the last one. `alone`:
  // there is no svscan to do it, or it was killed.
  void quit(int state, bool alone);

  bool is_open() const { return directory() >= 0; }
  int directory() const { return part_ ? part_->group : -1; }  // -1: none
  SavedGroup saved() const { return is_open() ? part_->saved : SavedGroup(); }

  // Is there a process that must not be left behind? Then POLLPRI of events() shows the end of it.
  bool holds() const;
  // What it holds is left to run.
  void leave() {
    if (part_) part_->left = true;
  }
  int events() const { return part_ ? part_->events : -1; }
  // POLLPRI shows that there may have been a kill for lack of memory.
  int memory_events() const { return part_ ? part_->memory_events : -1; }

  void signal(int number) const;
  void kill();
  // Stops all processes, or continues them.
  void freeze(bool frozen) const;
  // "name (pid), name (pid)", as many as fit.
  Text<400> members() const;

  // Has the kernel killed for lack of memory since the last call? Reports it.
  bool take_memory_kill();
  // … since the run began?
  bool lacked_memory() const;
  // See pack_memory_limit().
  int memory_limit() const;

 private:
  struct Part {
    int group = -1, events = -1, memory_events = -1;
    SavedGroup saved;
    uint32_t memory_kills = 0;  // that have been reported
    bool left = false;
    bool required = false;
    PathText path;
    Complaint complaint, killed;
    std::array<Complaint, most_group_faults> faults;
  };
  bool make(const Place& place, const GroupTree& tree);
  bool open_files();
  void open_memory_events();
  void link(int state);
  void close();
  uint32_t count_memory_kills() const;
  bool give_up(std::string_view verb, int error);

  MappedObject<Part> part_;
};

}  // namespace stoker
