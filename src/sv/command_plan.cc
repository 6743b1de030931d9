// SPDX-License-Identifier: ISC
#include "sv/command_plan.hh"

#include "base/text.hh"

namespace stoker {

namespace {

using Action = PlanStep::Action;

// Does the first of the edge stop when the other one stops?
bool stops_with(const Edge& edge) {
  return row_of(edge.relation).is_strong || edge.relation == Relation::part_of;
}

bool starts(const Edge& edge) { return row_of(edge.relation).starts; }

}  // namespace

bool CommandPlan::set(NodeId node, Mark mark) {
  if (has(node, mark)) return false;
  marks_[node] |= mark;
  return true;
}

void CommandPlan::add(NodeId node, Action action, EdgeId because) {
  if (count_ < steps_.size()) steps_[count_++] = {node, action, because};
}

// What depends on it comes first.
void CommandPlan::end(NodeId node, Action action, EdgeId because) {
  if (!set(node, ended)) return;
  const Graph& graph = members_.graph;
  for (EdgeId id = graph.first_in(node); id != 0; id = graph.edge(id).next_in)
    if (stops_with(graph.edge(id)) && is_active(members_.look(graph.edge(id).from)))
      end(graph.edge(id).from, action, id);
  const Member& member = members_.look(node);
  const bool rests = because == 0 && !is_active(member) && !is_wanted(member);
  add(node, rests ? Action::rests : action, because);
}

bool CommandPlan::has_dependents(NodeId node) const {
  const Graph& graph = members_.graph;
  for (EdgeId id = graph.first_in(node); id != 0; id = graph.edge(id).next_in)
    if (stops_with(graph.edge(id)) && is_active(members_.look(graph.edge(id).from))) return true;
  return false;
}

// Nothing of it runs, and it has not been asked to.
bool CommandPlan::is_idle(NodeId node) const {
  const Member& member = members_.look(node);
  return member.is_known() && member.own.state == State::down && !is_wanted(member);
}

// Marks what is to run in the end. `everything`: also what runs already.
void CommandPlan::want(NodeId node, bool everything) {
  if (!set(node, wanted)) return;
  const Graph& graph = members_.graph;
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
    const NodeId other = graph.edge(id).to;
    if (starts(graph.edge(id)) && (everything || is_idle(other))) want(other, everything);
  }
}

// Of its needs, one that cannot become ready by this.
EdgeId CommandPlan::obstacle(NodeId node) const {
  const Graph& graph = members_.graph;
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
    const Edge& edge = graph.edge(id);
    if (row_of(edge.relation).awaits != Awaits::ready) continue;
    const Member& other = members_.look(edge.to);
    const bool failed = other.is_known() && other.own.state == State::failed;
    const bool helped = has(edge.to, wanted);
    if (has(edge.to, doomed) || other.found == Member::Found::absent || (failed && !helped))
      return id;
  }
  return 0;
}

// What it waits for comes first, if that is to be started, too.
void CommandPlan::begin(NodeId node, EdgeId because) {
  if (!has(node, wanted) || !set(node, started)) return;
  begin_others(node, [](Relation relation) { return orders(relation); });
  add_start(node, because);
  begin_others(node, [](Relation relation) { return relation == Relation::starts; });
}

void CommandPlan::begin_others(NodeId node, FunctionRef<bool(Relation)> is_due) {
  const Graph& graph = members_.graph;
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out)
    if (is_due(graph.edge(id).relation)) begin(graph.edge(id).to, id);
}

void CommandPlan::add_start(NodeId node, EdgeId because) {
  if (is_active(members_.look(node)) && !has(node, ended)) {
    if (because == 0) add(node, Action::runs, 0);
    return;
  }
  const EdgeId lack = obstacle(node);
  if (lack == 0) return add(node, Action::start, because);
  set(node, doomed);
  add(node, Action::fail, lack);
}

void CommandPlan::end_conflicts() {
  const Graph& graph = members_.graph;
  const auto end_if = [&](EdgeId id, NodeId other) {
    if (graph.edge(id).relation == Relation::conflicts && is_active(members_.look(other)))
      end(other, Action::stop, id);
  };
  for (NodeId node = 1; node < graph.end(); ++node) {
    if (!has(node, wanted)) continue;
    for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out)
      end_if(id, graph.edge(id).to);
    for (EdgeId id = graph.first_in(node); id != 0; id = graph.edge(id).next_in)
      end_if(id, graph.edge(id).from);
  }
}

void CommandPlan::restart(NodeId node) {
  is_active(members_.look(node)) ? end(node, Action::restart, 0) : start(node);
}

void CommandPlan::start(NodeId node) {
  want(node, false);
  end_conflicts();
  begin(node, 0);
}

void CommandPlan::isolate(NodeId node, FunctionRef<bool(NodeId)> is_kept) {
  const Graph& graph = members_.graph;
  want(node, true);
  for (NodeId other = 1; other < graph.end(); ++other)
    if (is_active(members_.look(other)) && is_kept(other)) want(other, true);
  for (NodeId other = 1; other < graph.end(); ++other) {
    const Member& member = members_.look(other);
    const bool leaves = is_active(member) || (member.is_known() && member.own.state == State::held);
    if (leaves && !has(other, wanted)) end(other, Action::stop, 0);
  }
  end_conflicts();
  begin(node, 0);
}

std::string_view word(Action action) {
  switch (action) {
  case Action::stop: return "stop";
  case Action::restart: return "restart";
  case Action::start: return "start";
  case Action::fail: return "fail";
  case Action::runs:
  case Action::rests: return "nothing";
  }
  return {};
}

Text<600> reason_of(const PlanStep& step, const Graph& graph) {
  if (step.action == Action::runs) return Text<600>("runs already");
  if (step.action == Action::rests) return Text<600>("is down already");
  if (step.because == 0) return {};
  const Edge& edge = graph.edge(step.because);
  const std::string_view verb = row_of(edge.relation).verb;
  if (edge.from == step.node) return Text<600>(verb, " ", graph.name(edge.to));
  return Text<600>(graph.name(edge.from), " ", verb, " it");
}

}  // namespace stoker
