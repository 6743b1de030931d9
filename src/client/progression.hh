// SPDX-License-Identifier: ISC
// Follows a service that is waited for, by its statuses and its events: pure.
#pragma once
#include <optional>

#include "service/status.hh"

namespace stoker {

// What is waited for.
enum class Await : uint8_t {
  up,               // it runs
  ready,            // it serves; that of another suite is ready when it runs
  down,             // its process has exited
  really_down,      // … and so has its finish script
  restarted,        // it has been down, and runs
  restarted_ready,  // it has been down, and serves
  finished,         // a oneshot that is done, or a run that is over for good
};

class Progression {
 public:
  enum class Stage : uint8_t {
    between,  // on its way, up or down
    up,
    ready,
    down,
    failed,  // down, and it stays so
  };

  // A status that was just read. The first one is where the service begins.
  void see(const StatusFile& status);
  // An event, in the order in which they arrive. True if the status must be read to know more.
  bool hear(char letter);

  bool reached(Await what) const;
  // The service will not get there unless a command is sent.
  bool hopeless(Await what) const;

 private:
  bool is_up() const { return stage_ == Stage::up || stage_ == Stage::ready; }

  Stage stage_ = Stage::between;
  bool finished_ = false;
  bool was_down_ = false;  // since it is watched
  std::optional<RunitStatus> first_;
};

}  // namespace stoker
