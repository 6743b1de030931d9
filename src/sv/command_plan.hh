// SPDX-License-Identifier: ISC
// What a command will bring about among services that stand in an order: what svscan is going to
// do, told beforehand. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "client/member.hh"

namespace stoker {

struct PlanStep {
  enum class Action : uint8_t {
    stop,
    restart,  // stopped, and started again
    start,
    fail,   // it will not start
    runs,   // nothing has to be done: it does already
    rests,  // … it does not anyway
  };
  NodeId node = 0;
  Action action = Action::stop;
  EdgeId because = 0;  // 0: it was named, or is not a part of what was isolated
};

class CommandPlan {
 public:
  // All services must have been looked at. Both are lent; marks are zeroed, one for each node, and
  // there is room for two steps for each.
  CommandPlan(const Members& members, std::span<uint8_t> marks, std::span<PlanStep> steps)
      : members_(members), marks_(marks), steps_(steps) {}

  void stop(NodeId node) { end(node, PlanStep::Action::stop, 0); }
  void restart(NodeId node);
  void start(NodeId node);
  // Whatever others do.
  void only(NodeId node, PlanStep::Action action) { add(node, action, 0); }
  // Starts that one and all that it starts, and stops the rest, but for what is kept with all that
  // it needs.
  void isolate(NodeId node, FunctionRef<bool(NodeId)> is_kept);

  // In an order in which they may be taken; svscan takes as many at the same time as it can.
  std::span<const PlanStep> steps() const { return steps_.first(count_); }
  // Does something else stop, too, when that one does?
  bool has_dependents(NodeId node) const;

 private:
  enum Mark : uint8_t {
    ended = 1,    // it stops, and all that has to stop with it is in the plan
    wanted = 2,   // it is to run in the end
    started = 4,  // its start is in the plan
    doomed = 8,   // it is in the plan, but will not be ready
  };

  bool has(NodeId node, Mark mark) const { return (marks_[node] & mark) != 0; }
  bool set(NodeId node, Mark mark);
  void add(NodeId node, PlanStep::Action action, EdgeId because);
  void end(NodeId node, PlanStep::Action action, EdgeId because);
  void want(NodeId node, bool everything);
  void end_conflicts();
  void begin(NodeId node, EdgeId because);
  void begin_others(NodeId node, FunctionRef<bool(Relation)> is_due);
  void add_start(NodeId node, EdgeId because);
  EdgeId obstacle(NodeId node) const;
  bool is_idle(NodeId node) const;

  const Members& members_;
  std::span<uint8_t> marks_;
  std::span<PlanStep> steps_;
  size_t count_ = 0;
};

// Why, for a reader: "needs db", "web needs it", "exim conflicts with it". Empty for what was
// named.
Text<600> reason_of(const PlanStep& step, const Graph& graph);
std::string_view word(PlanStep::Action action);

}  // namespace stoker
