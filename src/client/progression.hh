// SPDX-License-Identifier: ISC
// What becomes of a service while somebody waits for it, told by its statuses and
// its events: pure.
#pragma once
#include <optional>
#include <string_view>

#include "service/status.hh"

namespace stoker {

// What is waited for.
enum class Await : uint8_t {
  up,               // it runs
  ready,            // it serves; another suite's is ready when it runs
  down,             // its process has gone
  really_down,      // … and its finish script, too
  restarted,        // it has been down, and runs
  restarted_ready,  // it has been down, and serves
  finished,         // a oneshot that is done, or a run that is over for good
};

class Progression {
 public:
  // A status that was just read. The first one tells where it begins.
  void see(const StatusFile& status);
  // An event, in the order they come. True if the status must be read to know more.
  bool hear(char letter);

  bool reached(Await what) const;
  // It will not come to that, unless somebody does something.
  bool hopeless(Await what) const;

 private:
  bool begun_ = false;
  bool up_ = false, ready_ = false, really_down_ = false;
  bool failed_ = false, finished_ = false;
  bool was_down_ = false;  // since it is watched
  RunitStatus first_;
};

}  // namespace stoker
