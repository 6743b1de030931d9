// SPDX-License-Identifier: ISC
// The events that `sv emit` sends while this program waits.
#pragma once
#include <optional>

#include "base/fd.hh"
#include "service/emitted.hh"
#include "service/event.hh"

namespace stoker {

class EventInbox {
 public:
  // Listens in the directory, `.svscan` of a scan directory. False with errno.
  [[nodiscard]] bool open(const char* scan_state);

  int fd() const { return listener_ ? listener_->fd() : -1; }  // -1: not open
  // The next whole event, without its end; empty if there is none now. Valid until the next call.
  std::string_view next();
  // Nobody finds its FIFO any more.
  void close() { listener_.reset(); }

 private:
  Fd directory_;
  std::optional<Listener> listener_;
  EmittedRecord record_;
  bool complete_ = false;
};

}  // namespace stoker
