// SPDX-License-Identifier: ISC
// Events: the supervisor writes one letter per transition to every FIFO in the
// state directory's `event/`. Clients wait without polling: they subscribe, send the
// command and read. The status file is written before the event is sent.
#pragma once
#include <optional>
#include <string_view>

#include "base/fd.hh"
#include "base/text.hh"

namespace stoker {

// s6's letters where s6 has them.
namespace event {
constexpr char supervised = 's';  // a supervisor has started
constexpr char up = 'u';
constexpr char ready = 'U';
constexpr char died = 'd';
constexpr char down = 'D';       // and finish has exited; it may be started again
constexpr char failed = 'F';     // given up
constexpr char held = 'h';       // it waits for others
constexpr char unhealthy = 'i';  // it is ill
constexpr char healthy = 'w';    // … or well
constexpr char listening = 'l';  // it waits until something arrives at its sockets
constexpr char changed = 'c';    // some other change of the status: want, paused, backoff
constexpr char left = 'x';       // the supervisor has exited
}  // namespace event

// Writes the letters to every listener, without blocking: a listener whose FIFO is full misses
// them. FIFOs without a reader are removed, and `event/` with the last one.
void announce(int state_directory, std::string_view letters);

// The same for listeners of s6, whose FIFOs are in a directory beside the service's files,
// which is never removed. Only s6's letters are written: see letters_of_s6.
void announce_to_s6(int service_directory, std::string_view letters);
Text<64> letters_of_s6(std::string_view letters);

// The reader: it has a FIFO of its own in `event/`, which is removed with it.
class Listener {
 public:
  // `state_directory` is lent and must stay open as long as the listener exists. Empty with
  // errno if the directory cannot be written.
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
  Fd read_, write_;  // its own write end keeps the read end from end of file
  Text<64> name_;
};

}  // namespace stoker
