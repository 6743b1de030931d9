// SPDX-License-Identifier: ISC
#include "client/hold.hh"

#include "client/view.hh"

namespace stoker {

namespace {

using Found = Member::Found;
using Kind = Hold::Kind;

// Texts name no more than this.
constexpr size_t most_named = 4;
constexpr unsigned deepest = 8;

bool is_stuck(const Member& member) {
  return member.own.state == State::held && member.own.reason == Reason::need_failed;
}

bool rests(const Member& member) { return member.own.state == State::down && !is_wanted(member); }

bool can_be_started(const Member& member) {
  return member.is_known() && rests(member) && member.own.reason != Reason::skipped &&
         member.own.reason != Reason::masked;
}

// Of its needs, the first that is not going to be ready. 0: none. What rests is going to be started
// for one that has asked for that.
EdgeId lacking(const Members& members, NodeId node) {
  const Graph& graph = members.graph;
  const bool asks = members.look(node).order.asked == Asked::start;
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
    if (row_of(graph.edge(id).relation).awaits != Awaits::ready) continue;
    const Member& member = members.look(graph.edge(id).to);
    if (is_hopeless(member) && !(asks && can_be_started(member))) return id;
  }
  return 0;
}

void append_end(Hold& hold, std::string_view what, const Member& member) {
  const Cell why = reason_text(member.own);
  const bool shown = !why.empty() && member.own.reason != Reason::stopped;
  hold.reason.append(what, shown ? ": " : "", shown ? why.view() : std::string_view());
}

// "needs app, which needs db, which has failed: exited 1"
void append_lack(Hold& hold, const Members& members, EdgeId id) {
  for (unsigned depth = 0;; ++depth) {
    const Edge& edge = members.graph.edge(id);
    const Member& member = members.look(edge.to);
    if (hold.count < hold.names.size()) hold.names[hold.count++] = edge.to;
    hold.reason.append(row_of(edge.relation).verb, " ", members.graph.name(edge.to), ", which ");
    if (member.found == Found::absent) return hold.reason.append("does not exist");
    if (member.own.state == State::failed) return append_end(hold, "has failed", member);
    if (rests(member)) {
      hold.kind = Kind::rests;
      const bool skipped = member.own.reason == Reason::skipped;
      return append_end(hold, skipped ? "is not needed here" : "is down", member);
    }
    id = lacking(members, edge.to);
    // What blocked that one has gone, and svscan is about to say so.
    if (id == 0) hold.kind = Kind::start;
    if (id == 0 || depth == deepest) return hold.reason.append("waits, too");
  }
}

// Collects the names of what is waited for.
class Listing {
 public:
  explicit Listing(Hold& hold) : hold_(hold) {}

  void add(const Members& members, NodeId node, std::string_view detail) {
    if (count_ < hold_.names.size()) hold_.names[hold_.count++] = node;
    if (count_++ >= most_named) return;
    hold_.reason.append(count_ == 1 ? "waiting for " : ", ", members.graph.name(node));
    if (!detail.empty()) hold_.reason.append(" (", detail, ")");
  }
  bool empty() const { return count_ == 0; }
  void end(std::string_view words) {
    if (count_ > most_named) hold_.reason.append(" and ", count_ - most_named, " more");
    hold_.reason.append(words);
  }

 private:
  Hold& hold_;
  size_t count_ = 0;
};

// Does the start wait for that one?
bool is_awaited(Awaits awaits, const Member& member) {
  switch (awaits) {
  case Awaits::nothing: return false;
  case Awaits::ready: return !is_good(member);
  case Awaits::settled: return !is_settled(member);
  case Awaits::settled_if_coming: return is_wanted(member) && !is_settled(member);
  }
  return false;
}

void list_starts(Listing& list, const Members& members, NodeId node) {
  const Graph& graph = members.graph;
  constexpr std::string_view to_stop = "to stop";
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
    const Edge& edge = graph.edge(id);
    const Member& member = members.look(edge.to);
    if (is_awaited(row_of(edge.relation).awaits, member))
      list.add(members, edge.to, state_text(member));
    else if (edge.relation == Relation::conflicts && is_active(member))
      list.add(members, edge.to, to_stop);
  }
  for (EdgeId id = graph.first_in(node); id != 0; id = graph.edge(id).next_in)
    if (graph.edge(id).relation == Relation::conflicts &&
        is_active(members.look(graph.edge(id).from)))
      list.add(members, graph.edge(id).from, to_stop);
}

// What stops before this one does.
void list_stops(Listing& list, const Members& members, NodeId node) {
  const Graph& graph = members.graph;
  for (EdgeId id = graph.first_in(node); id != 0; id = graph.edge(id).next_in)
    if (row_of(graph.edge(id).relation).is_strong && is_active(members.look(graph.edge(id).from)))
      list.add(members, graph.edge(id).from, {});
}

void wait_to_start(Hold& hold, const Members& members, NodeId node, bool has_scanner) {
  if (const EdgeId id = lacking(members, node)) {
    hold.kind = Kind::blocked;
    return append_lack(hold, members, id);
  }
  hold.kind = Kind::start;
  Listing list(hold);
  list_starts(list, members, node);
  if (!list.empty()) return list.end({});
  hold.reason.append("waiting for svscan", has_scanner ? "" : ", which is not running");
}

void wait_to_stop(Hold& hold, const Members& members, NodeId node) {
  hold.kind = Kind::stop;
  Listing list(hold);
  list_stops(list, members, node);
  list.empty() ? hold.reason.append("waiting for svscan") : list.end(" to stop");
}

}  // namespace

bool is_hopeless(const Member& member) {
  switch (member.found) {
  case Found::absent: return true;
  case Found::unseen:
  case Found::unsupervised: return false;
  case Found::foreign:
  case Found::known: break;
  }
  return member.own.state == State::failed || rests(member) || is_stuck(member);
}

bool is_settled(const Member& member) {
  return is_hopeless(member) || (member.is_known() && serves(member.own.state));
}

std::string_view state_text(const Member& member) {
  switch (member.found) {
  case Found::absent: return "does not exist";
  case Found::unseen:
  case Found::unsupervised: return "no supervisor";
  case Found::foreign:
  case Found::known: break;
  }
  if (serves(member.own.state) && !is_good(member))
    return member.order.asked == Asked::restart ? "to be restarted" : "to be stopped";
  return member.own.state == State::up ? "not ready" : word(member.own.state);
}

Hold hold_of(const Members& members, NodeId node, bool has_scanner) {
  Hold hold;
  const Member& member = members.look(node);
  if (member.found != Found::known) return hold;
  switch (member.order.asked) {
  case Asked::nothing:
  case Asked::start:
    if (member.own.state == State::held) wait_to_start(hold, members, node, has_scanner);
    return hold;
  case Asked::stop:
  case Asked::exit:
  case Asked::restart: wait_to_stop(hold, members, node); return hold;
  }
  return hold;
}

}  // namespace stoker
