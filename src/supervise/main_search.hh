// SPDX-License-Identifier: ISC
// Finds the main process of a service whose run puts itself into the background and exits: by
// its pid file, or as the only process that is left.
#pragma once
#include <optional>

#include "base/clock.hh"
#include "base/mapped_object.hh"
#include "base/report.hh"
#include "service/settings.hh"
#include "supervise/run_state.hh"
#include "supervise/scripts.hh"

namespace stoker {

class MainSearch {
 public:
  // All of it is lent.
  MainSearch(ServiceSettings& settings, const Scripts& scripts, const RunState& run)
      : settings_(settings), scripts_(scripts), run_(run) {}

  // Looks from now on. `inherited`: a predecessor has begun that, and what run left did not become
  // ours.
  void begin(Moment now, bool inherited);
  // Run has exited: from now on there is a limit.
  void bound(Moment now);
  void end();
  // Something has changed: looks at once.
  void hurry();

  Moment deadline() const { return part_ ? part_->look_at : never; }
  // Is it time to look?
  bool is_due(Moment now) const { return now >= deadline(); }
  // The process, if it is found. `state`: the state directory; `logger`: no process of the
  // service; 0: none.
  std::optional<pid_t> look(Moment now, int state, pid_t logger);
  // A process of the service that is in no group that is known.
  pid_t find_stray(pid_t logger) const { return count_left(logger).pid; }
  // Is there no hope left? Says why, unless all has ended.
  bool is_over(Moment now, pid_t logger);

 private:
  struct Part {
    Moment look_at = never, pause = 0s;
    Moment limit = never;
    bool inherited = false;
    bool was_empty = false;  // at the last look
    Complaint complaint;
  };

  std::optional<pid_t> by_file(int state, pid_t logger);
  // How many processes are left, and one of them.
  struct Left {
    unsigned count = 0;
    pid_t pid = 0;
  };
  Left count_left(pid_t logger) const;

  ServiceSettings& settings_;
  const Scripts& scripts_;
  const RunState& run_;
  MappedObject<Part> part_;
};

}  // namespace stoker
