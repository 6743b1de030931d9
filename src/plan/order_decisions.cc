// SPDX-License-Identifier: ISC
// What is to be done about a node now.
#include "plan/order.hh"

namespace stoker {

// --- What is in the way -----------------------------------------------------

// Each search goes on where the last one ended, and is complete if it finds nothing: so what waits
// for thousands takes no time for each of them.
bool Order::may_start(NodeId node) {
  Part& part = parts_[node];
  const auto search = [&](EdgeId from, EdgeId to) {
    while (from != to && !blocks_start(graph_.edge(from))) from = graph_.edge(from).next_out;
    return from != to ? from : 0;
  };
  const EdgeId first = graph_.first_out(node);
  const EdgeId at =
      part.blocker != 0 && graph_.edge(part.blocker).from == node ? part.blocker : first;
  part.blocker = search(at, 0);
  if (part.blocker == 0) part.blocker = search(first, at);
  if (part.blocker != 0 || !part.has(Part::conflicts_in)) return part.blocker == 0;
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in) {
    const Edge& edge = graph_.edge(id);
    if (edge.relation == Relation::conflicts && parts_[edge.from].runs()) part.blocker = id;
  }
  return part.blocker == 0;
}

bool Order::may_stop(NodeId node) {
  Part& part = parts_[node];
  if (!part.runs() && !part.has(Part::start_sent)) return true;
  const auto search = [&](EdgeId from, EdgeId to) {
    while (from != to && !blocks_stop(graph_.edge(from))) from = graph_.edge(from).next_in;
    return from != to ? from : 0;
  };
  const EdgeId first = graph_.first_in(node);
  const EdgeId at =
      part.blocker != 0 && graph_.edge(part.blocker).to == node ? part.blocker : first;
  part.blocker = search(at, 0);
  if (part.blocker == 0) part.blocker = search(first, at);
  return part.blocker == 0;
}

// May what runs be started again?
bool Order::may_run(NodeId node) const {
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    if (row_of(edge.relation).is_strong && !parts_[edge.to].is_ready()) return false;
  }
  return true;
}

bool Order::has_lost(NodeId node) const {
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    if (row_of(edge.relation).is_strong && parts_[edge.to].is_lost()) return true;
  }
  return false;
}

// --- Decisions --------------------------------------------------------------

std::optional<OrderStep> Order::next() {
  for (;;) {
    while (const NodeId node = take(changed_)) update(node);
    // All that a start brings with it is on its way before anything is released.
    if (const NodeId node = take(pulling_)) {
      OrderStep step{pull(node), OrderAction::start};
      if (step.node == 0) continue;
      add(pulling_, node);
      note_step(step);
      return step;
    }
    const NodeId node = take(due_);
    if (node == 0) return {};
    OrderStep step = decide(node);
    if (step.action == OrderAction::nothing) continue;
    if (step.action == OrderAction::forget) return step;
    if (step.node != node) make_due(node);
    if (is_repeated(step)) continue;
    note_step(step);
    return step;
  }
}

OrderStep Order::decide(NodeId node) {
  const Part& part = parts_[node];
  const auto self = [node](OrderAction action) { return OrderStep{node, action}; };
  if (is_ending_ || (part.has(Part::missing) && part.is_supervised()))
    return self(decide_end(node));
  if (is_useless(node)) return self(OrderAction::forget);
  if (!part.is_known() || part.has(Part::in_flight)) return {};
  if (part.has(Part::unconfirmed)) return self(OrderAction::again);
  if (part.is_asked()) return self(decide_asked(node));
  if (part.is_held()) return decide_held(node);
  return self(is_active(part.facts.state) ? decide_running(node) : OrderAction::nothing);
}

OrderAction Order::decide_end(NodeId node) {
  const Part& part = parts_[node];
  const bool ends = part.is_supervised() && !part.has(Part::told_end) && may_stop(node);
  return ends ? OrderAction::terminate : OrderAction::nothing;
}

OrderAction Order::decide_asked(NodeId node) {
  const Part& part = parts_[node];
  if (!may_stop(node)) return OrderAction::nothing;
  // After a restart it would be up again at once.
  const bool waits = part.facts.order.asked == Asked::restart && part.runs() &&
                     (part.has(Part::must_stop) || !may_run(node));
  return waits ? OrderAction::hold : OrderAction::go;
}

OrderStep Order::decide_held(NodeId node) {
  const Part& part = parts_[node];
  const auto self = [node](OrderAction action) { return OrderStep{node, action}; };
  if (part.has(Part::cyclic)) return self(OrderAction::cycle);
  if (part.asks())
    if (const NodeId rival = rival_of(node)) return {rival, OrderAction::ask_stop};
  if (may_start(node)) return self(OrderAction::release);
  if (part.asks() && is_pulled_in_vain(node)) return self(OrderAction::hold);
  const bool is_blocked = part.facts.reason == Reason::need_failed;
  if (part.has(Part::stuck) == is_blocked) return {};
  return self(is_blocked ? OrderAction::unblock : OrderAction::block);
}

OrderAction Order::decide_running(NodeId node) {
  Part& part = parts_[node];
  if (part.facts.want == Want::down || part.heads_for_held()) return OrderAction::nothing;
  if (part.has(Part::must_stop))
    return part.has(Part::speaks) && may_stop(node) ? OrderAction::hold : OrderAction::nothing;
  if (!part.is_wanted()) return OrderAction::nothing;
  const OrderAction joined = join(node);
  if (joined != OrderAction::nothing) return joined;
  if (yields(node)) return OrderAction::ask_stop;
  return decide_released(node);
}

OrderAction Order::decide_released(NodeId node) const {
  const Part& part = parts_[node];
  const OrderState& order = part.facts.order;
  if (!order.ordered || order.alone || !part.has(Part::speaks)) return OrderAction::nothing;
  if (order.released) return has_lost(node) ? OrderAction::revoke : OrderAction::nothing;
  const State state = part.facts.state;
  const bool is_on = is_up(state) || state == State::starting || state == State::backoff ||
                     state == State::listening;
  return is_on && may_run(node) ? OrderAction::release : OrderAction::nothing;
}

// --- Starting others --------------------------------------------------------

// Each of them once for a start: what somebody stops after that stays down.
NodeId Order::pull(NodeId node) {
  if (is_ending_ || !parts_[node].pulls()) return 0;
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    Edge& edge = graph_.edge(id);
    const Part& other = parts_[edge.to];
    if (!row_of(edge.relation).starts || (edge.marks & pulled) != 0) continue;
    if (!other.is_known() || other.is_asked() || other.has(Part::missing)) continue;
    if (other.facts.want == Want::exit) continue;  // another supervisor will come
    edge.marks |= pulled;
    if (other.needs_start() && !other.has(Part::start_sent)) return edge.to;
  }
  return 0;
}

bool Order::is_pulled_in_vain(NodeId node) const {
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    const Part& other = parts_[edge.to];
    if ((edge.marks & pulled) != 0 && other.is_known() && other.is_unwanted() && other.is_dead())
      return true;
  }
  return false;
}

// --- Conflicts --------------------------------------------------------------

// One that must stop, since this one is to start; 0: none.
NodeId Order::rival_of(NodeId node) const {
  const auto must_stop = [this](NodeId other) {
    const Part& part = parts_[other];
    return part.is_known() && part.runs() && part.is_wanted() && !part.is_asked() &&
           !part.has(Part::ask_sent) && !part.has(Part::missing);
  };
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    if (edge.relation == Relation::conflicts && must_stop(edge.to)) return edge.to;
  }
  if (!parts_[node].has(Part::conflicts_in)) return 0;
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in) {
    const Edge& edge = graph_.edge(id);
    if (edge.relation == Relation::conflicts && must_stop(edge.from)) return edge.from;
  }
  return 0;
}

// Has one started that it conflicts with, and that has no such file itself?
bool Order::yields(NodeId node) const {
  const Part& part = parts_[node];
  if (part.facts.order.alone || part.has(Part::ask_sent)) return false;
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    const Part& other = parts_[edge.to];
    if (edge.relation == Relation::conflicts && other.is_known() && is_active(other.facts.state) &&
        !other.has(Part::leaving) && !other.has(Part::ask_sent))
      return true;
  }
  return false;
}

// --- Part of another --------------------------------------------------------

OrderAction Order::join(NodeId node) {
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    Edge& edge = graph_.edge(id);
    if (edge.relation != Relation::part_of) continue;
    const Part& other = parts_[edge.to];
    if (!may_join(edge)) continue;
    const bool leaves =
        other.has(Part::leaving) && other.leaves_by_itself() && (edge.marks & told) == 0;
    const bool stops = (edge.marks & due_stop) != 0 || (leaves && !other.leaves_to_return());
    if (!stops && !leaves) continue;
    edge.marks = static_cast<uint8_t>((edge.marks & ~due_stop) | told);
    make_due(edge.to);
    parts_[node].set(Part::joined);
    return stops ? OrderAction::ask_stop : OrderAction::ask_restart;
  }
  return OrderAction::nothing;
}

// --- What was done ----------------------------------------------------------

bool Order::is_useless(NodeId node) const {
  const Part& part = parts_[node];
  if (graph_.has_edges(node) || part.has(Part::in_flight) || part.has(Part::missing)) return false;
  if (!part.is_known()) return part.standing != Standing::unsure;
  return !part.facts.order.ordered && !part.is_asked() && !part.is_held();
}

bool Order::is_repeated(const OrderStep& step) const {
  const Part& part = parts_[step.node];
  if (step.action == OrderAction::ask_stop) return part.has(Part::ask_sent);
  return part.has(Part::quiet) && part.last == step.action;
}

void Order::note_step(OrderStep& step) {
  Part& part = parts_[step.node];
  note_change(step.node);
  if (step.action == OrderAction::terminate) return part.set(Part::told_end);
  if (step.action == OrderAction::start) part.set(Part::start_sent);
  if (step.action == OrderAction::ask_stop) part.set(Part::ask_sent);
  // It may have another action in flight, which counts until this one is obeyed, too.
  if (!part.has(Part::in_flight)) {
    if (part.last != step.action) part.repeats = 0;
    part.last = step.action;
    part.set(Part::quiet);
  }
  if (!part.has(Part::speaks)) return;
  part.set(Part::in_flight);
  if (++echo_ == 0) ++echo_;
  part.echo = step.echo = echo_;
}

void Order::undo(const OrderStep& step) {
  Part& part = parts_[step.node];
  part.clear(Part::in_flight);
  part.clear(Part::told_end);
  part.set(Part::wants_retry);
  has_retries_ = true;
  note_change(step.node);
}

void Order::retry() {
  has_retries_ = false;
  for (NodeId node = 1; node < graph_.end(); ++node) {
    if (!parts_[node].has(Part::wants_retry)) continue;
    if (parts_[node].has(Part::start_sent)) unmark_in(node, pulled);
    if (parts_[node].has(Part::ask_sent)) unmark_out(node, told);
    parts_[node].forget_action();
    note_change(node);
    for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in)
      make_due(graph_.edge(id).from);
    for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out)
      make_due(graph_.edge(id).to);
  }
}

}  // namespace stoker
