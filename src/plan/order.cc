// SPDX-License-Identifier: ISC
// What changes, and who must be looked at because of it.
#include "plan/order.hh"

#include <utility>

namespace stoker {

namespace {

// It is not wanted any more, and not because it has ended by itself.
bool was_turned_down(const ServiceFacts& before, const ServiceFacts& now) {
  const auto is_wanted = [](Want want) { return want == Want::up || want == Want::once; };
  if (!is_wanted(before.want) || is_wanted(now.want) || now.order.alone) return false;
  if (now.reason == Reason::finished || now.reason == Reason::skipped ||
      now.reason == Reason::masked)
    return false;
  if (is_up(now.state) || now.state == State::starting || now.state == State::listening)
    return false;  // it exits when it ends
  return before.want != Want::once || now.reason == Reason::stopped;
}

// By itself, and will not be restarted.
bool has_ended(const ServiceFacts& facts) {
  if (facts.state != State::down || facts.want != Want::down) return false;
  return facts.reason != Reason::none && facts.reason != Reason::stopped;
}

}  // namespace

// --- The lists --------------------------------------------------------------

void Order::note_change(NodeId node) { add(changed_, node); }
void Order::make_due(NodeId node) { add(due_, node); }

void Order::add(List& list, NodeId node) {
  if (parts_[node].has(list.flag)) return;
  parts_[node].set(list.flag);
  parts_[node].*list.next = 0;
  (list.first != 0 ? parts_[list.last].*list.next : list.first) = node;
  list.last = node;
}

NodeId Order::take(List& list) {
  const NodeId node = list.first;
  if (node == 0) return 0;
  list.first = parts_[node].*list.next;
  parts_[node].clear(list.flag);
  return node;
}

void Order::update(NodeId node) {
  Part& part = parts_[node];
  if (!part.runs() || part.heads_for_held()) part.clear(Part::must_hold);
  const bool was_leaving = part.has(Part::leaving);
  part.put(Part::must_stop, must_stop(node));
  part.put(Part::leaving, part.has(Part::must_stop) || part.leaves_by_itself());
  part.put(Part::stuck, is_stuck(node));
  if (was_leaving && !part.has(Part::leaving)) unmark_in(node, told);
  const uint16_t face = face_of(part);
  const unsigned difference = face ^ part.face;
  part.face = face;
  if (difference != 0) wake_dependents(node, difference);
  if (difference != 0) wake_targets(node, difference);
  if (part.pulls()) add(pulling_, node);
  make_due(node);
}

void Order::wake_dependents(NodeId node, unsigned difference) {
  if (is_ending_) return;
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in) {
    Edge& edge = graph_.edge(id);
    const RelationRow& row = row_of(edge.relation);
    const Part& one = parts_[edge.from];
    if (parts_[node].is_ready()) edge.marks &= static_cast<uint8_t>(~unproven);
    if (row.is_strong && (one.runs() || (difference & face::dead) != 0)) {
      note_change(edge.from);
    } else if (one.runs()) {
      if (row.awaits == Awaits::nothing) make_due(edge.from);
    } else if (one.blocker == 0 || one.blocker == id || one.asks()) {
      make_due(edge.from);
    }
    if (one.pulls()) add(pulling_, edge.from);
  }
}

void Order::wake_targets(NodeId node, unsigned difference) {
  constexpr unsigned counts = face::runs | face::leaving | face::asked | face::stopping;
  if ((difference & counts) == 0) return;
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    const Edge& edge = graph_.edge(id);
    const Part& other = parts_[edge.to];
    const bool waits = is_ending_ || other.has(Part::leaving) || other.is_held();
    if (waits && (other.blocker == 0 || other.blocker == id)) make_due(edge.to);
  }
}

void Order::unmark_in(NodeId node, unsigned marks) {
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in)
    graph_.edge(id).marks &= static_cast<uint8_t>(~marks);
}

void Order::unmark_out(NodeId node, unsigned marks) {
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out)
    graph_.edge(id).marks &= static_cast<uint8_t>(~marks);
}

// --- Names ------------------------------------------------------------------

void Order::begin_names(NodeId node) {
  ++reading_;
  for (EdgeId id = graph_.first_out(node); id != 0; id = graph_.edge(id).next_out) {
    keep_marks(graph_.edge(id));
    Part& other = parts_[graph_.edge(id).to];
    if (other.blocker == id) other.blocker = 0;
    note_change(graph_.edge(id).to);
  }
  graph_.disconnect(node);
  parts_[node].blocker = 0;
  tangles_ = Tangles::unknown;
}

// Who is named again has been told what it has been told, by whatever name.
void Order::keep_marks(const Edge& edge) {
  Part& other = parts_[edge.to];
  if (std::exchange(other.reading, reading_) != reading_) other.kept_marks = unproven;
  const bool is_proven = row_of(edge.relation).is_strong && (edge.marks & unproven) == 0;
  if (is_proven) other.kept_marks &= static_cast<uint8_t>(~unproven);
  other.kept_marks |= edge.marks & static_cast<uint8_t>(~unproven);
}

bool Order::name(NodeId node, Relation relation, NodeId other) {
  if (!graph_.connect(node, relation, other)) return false;
  const bool was_named = parts_[other].reading == reading_;
  uint8_t marks = was_named ? parts_[other].kept_marks : uint8_t{unproven};
  const bool may_be_new = parts_[node].has(Part::has_facts) && parts_[node].runs();
  if (!may_be_new) marks &= static_cast<uint8_t>(~unproven);
  graph_.edge(graph_.first_in(other)).marks = marks;
  if (relation == Relation::conflicts) parts_[other].set(Part::conflicts_in);
  note_change(other);
  return true;
}

void Order::end_names(NodeId node) {
  may_be_tangled_ = may_be_tangled_ || parts_[node].is_held();
  note_change(node);
}

void Order::remove(NodeId node) {
  parts_[node] = {};
  graph_.remove(node);
}

// --- What happens -----------------------------------------------------------

void Order::stand(NodeId node, Standing standing) {
  Part& part = parts_[node];
  part.standing = standing;
  for (const Part::Flag flag : {Part::in_flight, Part::unconfirmed, Part::speaks}) part.clear(flag);
  part.forget_action();
  if (!is_ending_) part.clear(Part::told_end);
  if (standing == Standing::absent) part.clear(Part::missing);
  if (standing != Standing::unsure) {
    part.facts = {};
    part.last_run = part.last_number = 0;
    part.clear(Part::has_facts);
  }
  part.blocker = 0;
  unmark_in(node, pulled);
  note_change(node);
}

void Order::miss(NodeId node, bool missing) {
  if (parts_[node].has(Part::missing) == missing) return;
  parts_[node].put(Part::missing, missing);
  if (!missing) parts_[node].clear(Part::told_end);
  note_change(node);
}

void Order::doubt(NodeId node) {
  parts_[node].set(Part::unconfirmed);
  note_change(node);
}

void Order::take_echo(NodeId node, uint16_t number) {
  constexpr int most_repeats = 3;
  Part& part = parts_[node];
  if (!part.has(Part::in_flight) || part.echo != number) return;
  for (const Part::Flag flag :
       {Part::in_flight, Part::unconfirmed, Part::start_sent, Part::ask_sent})
    part.clear(flag);
  if (!part.leaves_by_itself()) part.clear(Part::joined);
  if (++part.repeats < most_repeats)
    part.clear(Part::quiet);
  else
    part.set(Part::wants_retry);
  has_retries_ = has_retries_ || part.has(Part::wants_retry);
  note_change(node);
}

void Order::learn(NodeId node, const ServiceFacts& facts) {
  Part& part = parts_[node];
  const bool had_facts = part.has(Part::has_facts);
  if (part.is_known() && had_facts && part.facts == facts) return;
  const ServiceFacts before = part.facts;
  part.standing = Standing::known;
  part.facts = facts;
  part.set(Part::has_facts);
  part.forget_action();
  part.blocker = 0;
  if (facts.state != State::held) part.clear(Part::cyclic);
  if (!part.has(Part::in_flight) && !part.leaves_by_itself()) part.clear(Part::joined);
  if (!part.pulls()) unmark_out(node, pulled);
  if (!part.runs()) unmark_out(node, due_stop);
  may_be_tangled_ = may_be_tangled_ || (part.is_held() && before.state != State::held);
  if (had_facts) note_news(node, before);
  if (!had_facts && has_ended(facts)) note_early_end(node);
  part.note_run();
  note_change(node);
}

void Order::note_news(NodeId node, const ServiceFacts& before) {
  const Part& part = parts_[node];
  if (part.runs_anew()) break_bonds(node);
  if (was_turned_down(before, part.facts)) follow_stop(node);
}

// It has been started, and has ended for good, before its supervisor could report that: those that
// wait for it do not start it once more.
void Order::note_early_end(NodeId node) {
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in) {
    Edge& edge = graph_.edge(id);
    if (parts_[edge.from].pulls()) edge.marks |= pulled;
  }
}

// It has died, and perhaps is ready again already.
void Order::break_bonds(NodeId node) {
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in) {
    const Edge& edge = graph_.edge(id);
    Part& one = parts_[edge.from];
    if (edge.relation != Relation::binds || one.facts.order.alone || !one.runs()) continue;
    one.set(Part::must_hold);
    note_change(edge.from);
  }
}

// It may be down, or up again, before those that depend on it could be told.
void Order::follow_stop(NodeId node) {
  for (EdgeId id = graph_.first_in(node); id != 0; id = graph_.edge(id).next_in) {
    Edge& edge = graph_.edge(id);
    Part& one = parts_[edge.from];
    if (!one.runs()) continue;
    if (edge.relation == Relation::part_of && (edge.marks & told) == 0) edge.marks |= due_stop;
    if (row_of(edge.relation).is_strong && !one.facts.order.alone) one.set(Part::must_hold);
    note_change(edge.from);
  }
}

void Order::end_all() {
  is_ending_ = true;
  for (NodeId node = 1; node < graph_.end(); ++node) {
    parts_[node].blocker = 0;
    if (graph_.is_used(node)) make_due(node);
  }
}

}  // namespace stoker
