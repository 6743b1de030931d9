// SPDX-License-Identifier: ISC
// What supervisors hold for their services: each keeps it in the queue of a pair of sockets, see
// supervise/keeper.hh. svscan has a copy of the pair in the service's entry, so that what is in the
// queue outlives the supervisor, and hands it to the next one.
#pragma once
#include <string_view>

#include "base/fd.hh"
#include "scan/roster.hh"

namespace stoker {

class KeptSockets {
 public:
  // Makes the socket for supervisors in svscan's own directory. Without it nothing is kept.
  void open(int state_directory);
  int fd() const { return socket_.get(); }  // -1: none

  // Takes what supervisors have sent.
  void receive(Roster& roster) const;

  // For a program that takes our place: puts all that is kept into one pair. Empty if nothing is.
  static Pipe pack(const Roster& roster);
  // The other side, before any supervisor is started: "READ WRITE", or null.
  void inherit(const char* text);
  // What was packed for that service, whose supervisor is about to be started.
  void claim(Entry& entry) const;
  // All that nobody has claimed, when the services are known.
  void unpack(Roster& roster);

 private:
  Fd socket_;
  Pipe packed_;  // by the program before us
};

bool has_kept(const Entry& entry);
void close_kept(Entry& entry);
// From another entry of the same name, which is gone.
void inherit_kept(Entry& entry, Entry& other);

}  // namespace stoker
