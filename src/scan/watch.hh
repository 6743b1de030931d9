// SPDX-License-Identifier: ISC
// Learns of changes in the scan directory: from inotify where the system has it,
// and from a timed look elsewhere.
#pragma once
#include <array>
#include <cstdint>
#include <utility>

#include "base/clock.hh"
#include "base/fd.hh"

struct inotify_event;

namespace stoker {

class Watch {
 public:
  // Watches the directory `fd` refers to, open under `path`. With `follow`, also the
  // symbolic links that `path` goes through, so that a switched link is noticed.
  // Call again whenever the directory was opened again. False with errno where it
  // cannot watch; then looks() gives how often to look instead.
  bool begin(int fd, const char* path, bool follow);

  // Until begin(): notices what is removed from the parent of the state directories, too.
  void include_state(const char* root);
  // Was anything removed there since the last call?
  bool take_state_loss() { return std::exchange(state_lost_, false); }

  int fd() const { return notices_.get(); }  // to be polled; -1: none

  // Reads what there is: nothing that concerns us, one new name and nothing else, or changes
  // that are worth a new scan.
  enum class Changes : uint8_t { none, newcomer, change };
  Changes read_changes();
  const char* newcomer() const { return newcomer_; }  // the name, until read_changes()

  // Reads no more changes but those of state directories. The system takes its time to remove a
  // watch, for which this waits where it can: while others have work to do, and not at the end of
  // the process.
  void end();

  // How often the directory must be looked at: never while a watch works.
  Moment looks() const;

 private:
  struct Link {
    int watch = -1;
    char name[256] = {};
  };
  void follow_links(const char* path);
  bool concerns_us(int watch, const char* name) const;
  Changes judge(const inotify_event& event);

  Fd notices_;
  bool works_ = false;
  int directory_ = -1;  // its watch
  int state_ = -1;
  bool state_lost_ = false;
  std::array<Link, 8> links_;
  char newcomer_[256] = {};
};

}  // namespace stoker
