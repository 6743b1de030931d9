// SPDX-License-Identifier: ISC
// What a client knows of a service that stands in an order: a value.
#pragma once
#include "base/function_ref.hh"
#include "plan/graph.hh"
#include "service/status.hh"

namespace stoker {

struct Member {
  enum class Found : uint8_t {
    unseen,        // nobody has looked at it yet
    absent,        // there is no such service
    unsupervised,  // it has no supervisor, or none that can be asked
    foreign,       // it has one of another suite: only state and want are known
    known,
  };
  Found found = Found::unseen;
  bool group = false;  // it names others, and has nothing to run
  ServiceStatus own;
  OrderState order;

  bool is_known() const { return found == Found::foreign || found == Found::known; }
};

// Does something of it run, or is it on its way up?
inline bool is_active(const Member& member) {
  const State state = member.own.state;
  return member.is_known() && state != State::down && state != State::failed &&
         state != State::held;
}
inline bool is_wanted(const Member& member) {
  return member.is_known() && (member.own.want == Want::up || member.own.want == Want::once);
}
// Ready, and not about to stop.
inline bool is_good(const Member& member) {
  const Asked asked = member.order.asked;
  return member.is_known() && serves(member.own.state) &&
         (asked == Asked::nothing || asked == Asked::start);
}

// The services of a tree: what they name, and what is known of each.
struct Members {
  const Graph& graph;
  FunctionRef<const Member&(NodeId)> look;
};

}  // namespace stoker
