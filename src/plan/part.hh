// SPDX-License-Identifier: ISC
// What is known of a service in the graph, and what it has been told. A value; pure.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "plan/graph.hh"
#include "service/order.hh"
#include "service/state.hh"

namespace stoker {

// What a supervisor reports of its service.
struct ServiceFacts {
  State state = State::down;
  Want want = Want::up;
  Reason reason = Reason::none;
  OrderState order;
  pid_t run = 0;       // the pid of run; 0: it does not run, or is not known
  uint8_t number = 0;  // which run that is, see ToldRun

  bool operator==(const ServiceFacts&) const = default;
};

enum class Standing : uint8_t {
  absent,    // no service has that name
  resting,   // it has no supervisor, and nothing of it runs
  hopeless,  // … and its supervisor cannot be started
  unsure,    // it may run, but its supervisor has not reported, or there is none
  known,     // as it has reported
};

enum class OrderAction : uint8_t {
  nothing,
  // Words, see OrderWord.
  go,
  release,
  hold,
  revoke,
  cycle,
  block,
  unblock,
  again,  // nothing but the request for an echo
  // Letters, see service/control.hh.
  ask_restart,
  ask_stop,
  start,
  terminate,  // the supervisor is to end
  forget,     // the node is of no use any more: remove it
};
// By an echo, the supervisor says that it has obeyed. Until then nothing else is done to the
// service.
constexpr bool has_echo(OrderAction action) {
  return action >= OrderAction::go && action <= OrderAction::start;
}

// Does anything run in this state, or will by itself?
constexpr bool is_active(State state) {
  return state != State::down && state != State::held && state != State::failed;
}

struct Part {
  enum Flag : uint32_t {
    changed = 1U << 0,  // it is in that list
    due = 1U << 1,
    pulling = 1U << 18,
    joined = 1U << 19,        // it stops because it is part of another
    missing = 1U << 2,        // from the scan directory: what it runs is to stop
    has_facts = 1U << 3,      // they have been reported
    speaks = 1U << 4,         // it knows words
    in_flight = 1U << 5,      // its last action was a word, and no echo has come
    unconfirmed = 1U << 6,    // an earlier svscan may have told it something
    must_hold = 1U << 7,      // since what it needs has stopped or died in between
    leaving = 1U << 8,        // it stops on purpose, or is to
    must_stop = 1U << 9,      // … because of another
    stuck = 1U << 10,         // held, and not going to be released
    cyclic = 1U << 11,        // held, in a cycle
    conflicts_in = 1U << 12,  // another has it in its `conflicts`
    start_sent = 1U << 13,    // and nothing has been reported since
    ask_sent = 1U << 14,
    quiet = 1U << 15,        // its last action is not to be repeated now
    wants_retry = 1U << 16,  // … but later
    told_end = 1U << 17,
  };

  ServiceFacts facts;
  pid_t last_run = 0;
  uint8_t last_number = 0;
  // What was in its way when that was looked at last. While it is there, nothing else counts.
  EdgeId blocker = 0;
  NodeId next_changed = 0, next_pulling = 0, next_due = 0;
  uint32_t tangle = 0, held_tangle = 0;  // see Order
  uint32_t reading = 0;                  // of names, in which it was seen
  uint8_t kept_marks = 0;                // of the edges to it that were there before
  uint32_t flags = 0;
  uint16_t echo = 0;  // the number of the one that is awaited
  uint16_t face = 0;  // see face_of()
  Standing standing = Standing::absent;
  OrderAction last = OrderAction::nothing;
  uint8_t repeats = 0;  // of the last action, while nothing changed

  bool has(Flag flag) const { return (flags & flag) != 0; }
  void set(Flag flag) { flags |= flag; }
  void clear(Flag flag) { flags &= ~static_cast<uint32_t>(flag); }
  void put(Flag flag, bool truth) { truth ? set(flag) : clear(flag); }

  bool is_known() const { return standing == Standing::known; }
  bool is_supervised() const { return is_known() || standing == Standing::unsure; }
  bool is_held() const { return is_known() && facts.state == State::held; }
  bool is_wanted() const { return facts.want == Want::up || facts.want == Want::once; }
  // That what it needs is started.
  bool asks() const { return is_held() && facts.order.asked == Asked::start; }
  // It may not have answered yet, but is about to be wanted.
  bool pulls() const { return asks() || (is_known() && is_unwanted() && has(start_sent)); }
  // Asked for, would it do something? One that is held would have what it needs started.
  bool needs_start() const;
  // To stop when others have.
  bool is_asked() const {
    const Asked asked = facts.order.asked;
    return asked == Asked::stop || asked == Asked::exit || asked == Asked::restart;
  }
  // It has been given up for now: somebody must start it.
  bool is_unwanted() const { return facts.state == State::down && facts.want == Want::down; }

  // May anything of it run, or be about to?
  bool runs() const;
  // It serves, and goes on to.
  bool is_ready() const;
  // It does not serve; not the same where that is not known.
  bool is_lost() const;
  // It is ready, or is not going to be.
  bool is_settled() const;
  // It is not settled, but on its way up.
  bool is_coming() const;
  // It will not be ready unless somebody does something.
  bool is_dead() const;
  // It stops in order to be held.
  bool heads_for_held() const;
  // It stops on purpose, or has been asked to.
  bool leaves_by_itself() const;
  // … to be restarted.
  bool leaves_to_return() const;

  // Is it another run than the last that was noted? A process that has become the service does not
  // make one.
  bool runs_anew() const;
  void note_run();

  // Forgets what it was told last: things have changed.
  void forget_action();
};

// What others go by; if it changes, they must be looked at.
namespace face {
constexpr unsigned ready = 1, lost = 2, settled = 4, coming = 8, runs = 16, leaving = 32, dead = 64,
                   asks = 128, asked = 256, returns = 512, stopping = 1024;
}  // namespace face
uint16_t face_of(const Part& part);

}  // namespace stoker
