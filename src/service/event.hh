// SPDX-License-Identifier: ISC
// Events: the supervisor writes one letter per transition to every FIFO in the
// state directory's `event/`. So clients wait without polling: subscribe, send the
// command, read. The status file is written before its event.
#pragma once
#include <optional>
#include <string_view>

#include "base/fd.hh"
#include "base/text.hh"

namespace stoker {

// s6's letters where s6 has them.
namespace event {
constexpr char supervised = 's';  // a supervisor has begun its work
constexpr char up = 'u';
constexpr char ready = 'U';
constexpr char died = 'd';
constexpr char down = 'D';     // finished; may be started again
constexpr char failed = 'F';   // given up
constexpr char changed = 'c';  // anything else in the status: want, paused, backoff
constexpr char left = 'x';     // the supervisor has ended
}  // namespace event

// Writer: gives the letters to every listener. Never blocks; a listener whose pipe
// is full misses them; one that is gone is removed, and `event/` with the last.
void announce(int state_directory, std::string_view letters);

// The same for listeners of s6, who have their FIFOs in a directory beside the service's
// files. It is never removed. In s6's letters only: see letters_of_s6.
void announce_to_s6(int service_directory, std::string_view letters);
Text<64> letters_of_s6(std::string_view letters);

// Reader: a FIFO of its own in `event/`, removed when it goes.
class Listener {
 public:
  // `state_directory` is lent and must stay open as long as the listener lives.
  // Empty with errno where the directory cannot be written.
  static std::optional<Listener> subscribe(int state_directory);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  // Readable (POLLIN) when there are letters.
  int fd() const { return read_.get(); }
  // The next letter, or 0 if there is none now.
  char next();

 private:
  Listener() = default;
  int directory_ = -1;
  Fd read_, write_;  // its own write end keeps it from end of file
  Text<64> name_;
};

}  // namespace stoker
