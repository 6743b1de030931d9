// SPDX-License-Identifier: ISC
#include "sv/tree_view.hh"

#include "client/hold.hh"
#include "client/view.hh"
#include "sv/branches.hh"

namespace stoker {

namespace {

// Is what it names of interest there, too?
bool is_expanded(Relation relation) {
  return row_of(relation).starts || relation == Relation::part_of;
}

// A state that needs a reason.
bool has_reason(const Member& member) {
  const State state = member.own.state;
  return state == State::failed || state == State::backoff || state == State::down;
}

}  // namespace

Text<500> condition_of(const Member& member, std::string_view hold) {
  Text<500> text(member.group ? "group, " : "", state_text(member));
  if (!hold.empty()) {
    text.append(", ", hold);
  } else if (member.is_known() && has_reason(member)) {
    const Cell why = reason_text(member.own);
    if (!why.empty() && member.own.reason != Reason::stopped) text.append(", ", why.view());
  }
  return text;
}

EdgeId TreeView::first(NodeId node, Way way) const {
  return way == Way::down ? members_.graph.first_out(node) : members_.graph.first_in(node);
}

EdgeId TreeView::next(EdgeId id, Way way) const {
  const Edge& edge = members_.graph.edge(id);
  return way == Way::down ? edge.next_out : edge.next_in;
}

// "├─ needs db: ready", or "├─ web needs it: ready"
void TreeView::append_line(Page& page, NodeId node, EdgeId id, Way way) {
  Text<1200> line(indent_);
  const Cell name = harmless(members_.graph.name(node));
  const std::string_view verb =
      id != 0 ? row_of(members_.graph.edge(id).relation).verb : std::string_view();
  if (id != 0) {
    const Branches& lines = boxes_ ? drawn_branches : typed_branches;
    line.append(next(id, way) != 0 ? lines.branch : lines.last);
  }
  if (id != 0 && way == Way::down) line.append(verb, " ");
  line.append(name.view());
  if (id != 0 && way == Way::up) line.append(" ", verb, " it");
  line.append(": ", condition_of(members_.look(node), why_(node)).view());
  const bool again = (seen_[node] & expanded) != 0 && first(node, way) != 0;
  if (again) line.append(" (see above)");
  append_line_cut(page, screen_, line);
}

void TreeView::show(Page& page, NodeId node, EdgeId id, Way way, FunctionRef<void()> make_room) {
  append_line(page, node, id, way);
  make_room();
  seen_[node] |= printed;
  const bool goes_on = id == 0 || is_expanded(members_.graph.edge(id).relation);
  if (!goes_on || (seen_[node] & expanded) != 0 || depth_ == deepest) return;
  seen_[node] |= expanded;
  const size_t size = indent_.size();
  if (id != 0) {
    const Branches& lines = boxes_ ? drawn_branches : typed_branches;
    indent_.append(next(id, way) != 0 ? lines.bar : lines.blank);
  }
  ++depth_;
  show_branches(page, node, way, make_room);
  --depth_;
  indent_.cut(size);
}

void TreeView::show_branches(Page& page, NodeId node, Way way, FunctionRef<void()> make_room) {
  for (EdgeId id = first(node, way); id != 0; id = next(id, way)) {
    const Edge& edge = members_.graph.edge(id);
    show(page, way == Way::down ? edge.to : edge.from, id, way, make_room);
  }
}

void TreeView::show_needs(Page& page, NodeId node, FunctionRef<void()> make_room) {
  show(page, node, 0, Way::down, make_room);
}

bool TreeView::show_users(Page& page, NodeId node, FunctionRef<void()> make_room) {
  if (first(node, Way::up) == 0) return false;
  for (uint8_t& mark : seen_) mark = 0;
  page.append("\n", harmless(members_.graph.name(node)).view(), " is named by:\n");
  seen_[node] |= expanded;
  show_branches(page, node, Way::up, make_room);
  return true;
}

size_t TreeView::show_all(Page& page, FunctionRef<void()> make_room) {
  const Graph& graph = members_.graph;
  size_t others = 0;
  // First the roots, then what only names itself by way of others.
  for (const bool roots : {true, false})
    for (NodeId node = 1; node < graph.end(); ++node) {
      const bool is_root = first(node, Way::up) == 0;
      if (roots && !graph.has_edges(node)) ++others;
      if (!graph.has_edges(node) || (seen_[node] & printed) != 0 || is_root != roots) continue;
      show_needs(page, node, make_room);
    }
  return others;
}

}  // namespace stoker
