// SPDX-License-Identifier: ISC
// The notification socket of a run, and what has been said on it.
#pragma once
#include <algorithm>

#include "base/environment.hh"
#include "base/fd.hh"
#include "base/mapped_object.hh"
#include "net/notify_message.hh"
#include "net/notify_socket.hh"
#include "supervise/notify_state.hh"
#include "supervise/run_state.hh"

namespace stoker {

class Notifications {
 public:
  explicit Notifications(const RunState& run) : run_(run) {}

  // Where the socket is: the state directory, and the one that is current.
  struct Place {
    int state, current;
  };
  // A run begins that gets a socket: what was sent to an earlier one is gone. `decides`: it is
  // ready when it says so; `watchdog`: how long it may be silent then. False with errno.
  [[nodiscard]] bool begin_run(const Place& place, bool decides, Moment watchdog);
  // … that gets none.
  void begin_run_without();
  // Continues what a predecessor saved; `socket` if that was handed down.
  void take_over(const NotifyState& state, const Place& place, Fd socket);
  // The supervisor is about to exit.
  void close(int state);

  // What tells a run of it. The new process adds its number itself.
  void add_to(TemporaryVariables& variables);
  void note_process(pid_t pid) const;

  int fd() const { return socket_.get(); }  // -1: none
  // Does a run become ready by what it says?
  bool decides() const { return part_ && part_->state.decides; }

  // The next message, from whomever. False if there is none. It is dropped when a successor can
  // know what it says, and comes again, to this supervisor or that, if it was not.
  bool look(NotifyDatagram& datagram) const { return socket_ && datagram.look(socket_.get()); }
  void drop() const { NotifyDatagram::drop(socket_.get()); }
  // What it says, if it is from the run. Others are counted.
  std::optional<NotifyMessage> read(const NotifyDatagram& datagram, pid_t logger);
  // The run has been told to reload, and is to report when it has. It is asked before note().
  void expect_reload(Moment now);
  bool ends_reload(const NotifyMessage& message) const;
  // Notes what is shown.
  void note(const NotifyMessage& message);

  // The run is ready, or alive.
  void count_silence(Moment now);
  // When a run that is ready has been silent for too long.
  Moment silence_ends() const;
  Moment watchdog() const { return part_ ? part_->state.said.watchdog : never; }

  // What is shown follows what is said with some pause, so that a service that says a lot
  // causes little work: the text only, and how many strangers were ignored.
  void turn(Moment now);
  Moment deadline() const { return part_ ? std::min(part_->show_at, silence_ends()) : never; }
  Said shown() const { return part_ ? part_->shown : Said(); }
  NotifyState saved() const;

 private:
  // What hardly any service has.
  struct Part {
    NotifyState state;
    Said shown;
    Moment show_at = never, shown_at = 0s;
    Moment heard_at = 0s;  // that it is alive, or ready
    // When it was told to reload, and when the reload began that it reports. 0: before we came.
    Moment reload_asked = 0s, reload_begun = 0s;
    Text<130> variable;      // "NOTIFY_SOCKET=…"
    Text<40> time, process;  // "WATCHDOG_USEC=…", "WATCHDOG_PID=…"
  };

  bool open(const Place& place);
  void show_soon();

  const RunState& run_;
  Fd socket_;
  MappedObject<Part> part_;
};

}  // namespace stoker
