// SPDX-License-Identifier: ISC
// What follows from the facts of several nodes.
#include "plan/order.hh"

namespace stoker {

namespace {

// Did a command stop it, and not its own end?
bool was_stopped(const Part& part) {
  const Reason reason = part.facts.reason;
  return part.is_known() && part.is_unwanted() && !part.facts.order.alone &&
         (reason == Reason::stopped || reason == Reason::none);
}

}  // namespace

// --- Stopping ---------------------------------------------------------------

// Must the one that names the other stop, because of it?
bool Order::is_stopped_by(const Edge& edge) {
  Part& one = parts_[edge.from];
  const Part& other = parts_[edge.to];
  if (!row_of(edge.relation).is_strong) return false;
  if (other.has(Part::leaving)) return !is_in_one_tangle(edge) || has_cause(edge.to);
  if (one.facts.order.alone) return false;
  // Also if it is ready again before this one could be told.
  if (edge.relation == Relation::binds && other.is_lost()) {
    one.set(Part::must_hold);
    return true;
  }
  return one.facts.order.released && (edge.marks & unproven) == 0 && was_stopped(other);
}

bool Order::must_stop(NodeId node) {
  if (!parts_[node].runs()) return false;
  if (parts_[node].has(Part::must_hold)) return true;
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out)
    if (is_stopped_by(graph_.edge(id))) return true;
  return false;
}

// Looks at nodes, beginning with one and going along edges, until one is what is sought.
bool Order::leads_to(NodeId first, FunctionRef<bool(NodeId)> is,
                     FunctionRef<bool(const Edge&)> along) {
  for (Visit& visit : visits_.first(graph_.end())) visit.index = 0;
  size_t count = 0;
  const auto visit = [&](NodeId node) {
    if (visits_[node].index != 0) return;
    visits_[node].index = 1;
    visits_[count++].stacked = node;
  };
  visit(first);
  while (count > 0) {
    const NodeId node = visits_[--count].stacked;
    if (is(node)) return true;
    for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out)
      if (along(graph_.edge(id))) visit(graph_.edge(id).to);
  }
  return false;
}

// In a cycle, each could be the other's only reason to stop.
bool Order::has_cause(NodeId node) {
  const auto is = [this](NodeId one) {
    return parts_[one].leaves_by_itself() || parts_[one].has(Part::must_hold);
  };
  const auto along = [this](const Edge& edge) {
    return row_of(edge.relation).is_strong && parts_[edge.to].has(Part::leaving);
  };
  return leads_to(node, is, along);
}

// The same with restarts: each would be restarted because of the other, for ever.
bool Order::may_join(const Edge& edge) {
  if (!parts_[edge.to].has(Part::joined)) return true;
  const auto is = [&edge](NodeId node) { return node == edge.from; };
  const auto along = [](const Edge& other) { return other.relation == Relation::part_of; };
  return !leads_to(edge.to, is, along);
}

// Is the one that names the other in the way of its end?
bool Order::blocks_stop(const Edge& edge) {
  const RelationRow& row = row_of(edge.relation);
  const Part& one = parts_[edge.from];
  if (!one.runs()) return false;
  if (is_ending_) return row.stops_first && !is_in_one_tangle(edge);
  if (one.is_known() && !one.has(Part::speaks)) return false;  // it takes no part
  if (edge.relation == Relation::part_of)
    return parts_[edge.to].leaves_by_itself() && one.is_known() && one.is_wanted() &&
           !one.is_asked() && (edge.marks & told) == 0 && may_join(edge);
  const bool first = row.is_strong || (row.stops_first && one.has(Part::leaving));
  return first && !is_in_one_tangle(edge);
}

// --- Starting ---------------------------------------------------------------

bool Order::blocks_start(const Edge& edge) const {
  const Part& other = parts_[edge.to];
  if (edge.relation == Relation::conflicts) return other.runs();
  switch (row_of(edge.relation).awaits) {
  // It may have to be started yet; once this one has been, nobody would.
  case Awaits::nothing:
    return edge.relation == Relation::starts && parts_[edge.from].asks() && !other.is_known() &&
           !other.is_settled();
  case Awaits::ready: return !other.is_ready();
  case Awaits::settled: return !other.is_settled();
  case Awaits::settled_if_coming: return other.is_coming();
  }
  return false;
}

bool Order::is_stuck(NodeId node) const {
  const Part& part = parts_[node];
  if (!part.is_held()) return false;
  const bool starts_others = part.asks() || part.has(Part::start_sent);
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    if (!row_of(edge.relation).is_strong || !parts_[edge.to].is_dead()) continue;
    const bool starts_it = starts_others && (edge.marks & pulled) == 0;
    if (!starts_it || !parts_[edge.to].is_unwanted() || !parts_[edge.to].is_known()) return true;
  }
  return false;
}

// --- Cycles -----------------------------------------------------------------

bool Order::is_in_one_tangle(const Edge& edge) {
  if (tangles_ == Tangles::unknown) find_tangles_of_all();
  const uint32_t tangle = parts_[edge.from].tangle;
  return tangle != 0 && tangle == parts_[edge.to].tangle;
}

void Order::find_tangles_of_all() {
  tangles_ = Tangles::known;
  for (Part& part : parts_.first(graph_.end())) part.tangle = 0;
  find_tangles(
      graph_, visits_, [](NodeId) { return true; },
      [](const Edge& edge) { return orders(edge.relation); },
      [this](const Tangle& tangle) {
        for (size_t i = 0; i < tangle.size(); ++i) parts_[tangle[i]].tangle = tangle.number();
      });
}

void Order::find_cycles(FunctionRef<void(NodeId, size_t)> found) {
  may_be_tangled_ = false;
  for (Part& part : parts_.first(graph_.end())) part.held_tangle = 0;
  const auto waits = [this](NodeId node) {
    const Part& part = parts_[node];
    return part.is_held() && !part.runs() && !part.has(Part::cyclic);
  };
  const auto along = [this](const Edge& edge) {
    return orders(edge.relation) && blocks_start(edge);
  };
  find_tangles(graph_, visits_, waits, along, [&](const Tangle& tangle) {
    for (size_t i = 0; i < tangle.size(); ++i) {
      parts_[tangle[i]].held_tangle = tangle.number();
      parts_[tangle[i]].set(Part::cyclic);
      make_due(tangle[i]);
    }
    found(tangle[0], tangle.size());
  });
}

void Order::path_of_cycle(NodeId node, FunctionRef<void(const Edge&)> step) {
  const auto along = [this](const Edge& edge) {
    const uint32_t tangle = parts_[edge.from].held_tangle;
    return tangle != 0 && parts_[edge.to].held_tangle == tangle && orders(edge.relation) &&
           blocks_start(edge);
  };
  follow_cycle(graph_, visits_, node, along, step);
}

}  // namespace stoker
