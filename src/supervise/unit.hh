// SPDX-License-Identifier: ISC
// A supervised unit: a process, its state directory and its listeners. There are two, the
// service and its logger.
#pragma once
#include "supervise/service.hh"
#include "supervise/state_directory.hh"

namespace stoker {

class Unit {
 public:
  explicit Unit(const Shared& shared) : service_(shared) {}

  Service& service() { return service_; }
  const Service& service() const { return service_; }
  StateDirectory& state() { return state_; }
  const StateDirectory& state() const { return state_; }
  const RunState& run() const { return service_.run_state(); }

  // Publishing goes in steps, since its owner must look for the directory if that is lost.
  struct Change {
    Text<64> events;
    bool visible;  // clients see a change
    bool lost;     // the directory was removed or replaced
  };
  // What publishing `files` would change, with the events since the last call.
  Change next_change(const StateDirectory::Image& files);
  // The owner has looked for the directory. What is still lost is made again.
  void look_again(Change& change) { change.lost = state_.is_lost() && !state_.reopen(); }
  // Writes what changed, and sends the events. What fails is tried again by deadline.
  void publish(const StateDirectory::Image& files, const Change& change);
  // Sends events to all who listen.
  void announce(std::string_view events);
  // The supervisor is about to exit.
  void leave();

  void retry_later();
  // Is the time of a retry over? It is then cleared.
  bool take_retry(Moment now);

  void wait_for(WaitList& list) const;

 private:
  Service service_;
  StateDirectory state_;
  Moment retry_at_ = never;
};

}  // namespace stoker
