// SPDX-License-Identifier: ISC
// The event letters of a supervisor, as any listener gets them.
#pragma once
#include <fcntl.h>

#include <string>

#include "base/signals.hh"
#include "sandbox.hh"
#include "service/event.hh"

namespace stoker::test {

class Letters {
 public:
  // From now on, of the service in this directory; its supervisor must be there.
  explicit Letters(Sandbox& box, const std::string& service = ".")
      : box_(box),
        directory_(open_directory(AT_FDCWD, box.state_directory(service).c_str())),
        listener_(Listener::subscribe(directory_.get())) {
    if (!listener_) box.give_up("the events of " + service + " cannot be listened to");
  }

  // All letters up to this one.
  std::string until(char last) {
    std::string all;
    const Moment deadline = now() + timeout;
    while (all.empty() || all.back() != last) {
      if (const char letter = listener_->next()) {
        all += letter;
        continue;
      }
      if (now() > deadline) box_.give_up("no event " + std::string(1, last) + " after " + all);
      pollfd fd{listener_->fd(), POLLIN, 0};
      wait_until({&fd, 1}, deadline);
    }
    return all;
  }

 private:
  Sandbox& box_;
  Fd directory_;
  std::optional<Listener> listener_;
};

// Without the letters for a change of the status, and for the start of the supervisor, which
// an early listener gets, too.
inline std::string without_changes(std::string letters) {
  std::erase(letters, event::changed);
  std::erase(letters, event::supervised);
  return letters;
}

}  // namespace stoker::test
