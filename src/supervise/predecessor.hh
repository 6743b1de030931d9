// SPDX-License-Identifier: ISC
// What a supervisor that was killed has left behind: the saved state, and what else shows it
// where that fails.
#pragma once
#include <optional>
#include <string_view>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "service/report.hh"
#include "supervise/beginning.hh"
#include "supervise/recovery.hh"
#include "supervise/saved_state.hh"

namespace stoker {

class Predecessor {
 public:
  // `told`: what svscan knows of it, "RUN LOGGER", see pack(ToldRun). `before`: the state
  // directory that it had. Both are null where svscan knows nothing of that.
  Predecessor(const char* told, const char* before);

  struct Place {
    int state;      // the state directory
    PathText path;  // … for messages
    int directory;  // the service's
    bool is_alone;  // no svscan has looked for processes without a supervisor
  };
  // What is to be believed of what it left, and says what is not as it should be. Waits while a
  // process may be the service: false when it was asked to end before.
  [[nodiscard]] bool find(const Place& place, uint64_t boot, Beginning beginning);
  // Empty: the service begins afresh. In the machine's clock.
  std::optional<SavedState> saved() const;

 private:
  Belief look(const Place& place, uint64_t boot, Beginning beginning);
  void report(const Place& place, Belief belief);
  Record read(int state, uint64_t boot, Beginning beginning);
  void find_suspect(int directory);
  void take(const ToldRun& run, const ToldRun& logger);

  pid_t told_run_ = -1, told_log_ = -1;  // packed; -1: unknown
  Fd before_;
  SavedState saved_;
  Belief belief_ = Belief::nothing;
  Record record_ = Record::missing;
  pid_t suspect_ = 0;
  Complaint complaint_;
};

}  // namespace stoker
