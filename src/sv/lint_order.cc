// SPDX-License-Identifier: ISC
#include "sv/lint_order.hh"

#include "base/near.hh"
#include "base/report.hh"
#include "plan/name_files.hh"

namespace stoker {

namespace {

using Sentence = Text<600>;

// A service of that name but for a slip; 0: none.
NodeId meant_by(const Members& members, NodeId node) {
  const Graph& graph = members.graph;
  for (NodeId other = 1; other < graph.end(); ++other)
    if (other != node && members.look(other).found != Member::Found::absent &&
        is_slip(graph.name(other), graph.name(node)))
      return other;
  return 0;
}

// What is missing is no fault for one that only wants it, unless it is misspelt.
void look_at_missing(const Members& members, const Edge& edge, LintSink report) {
  const Graph& graph = members.graph;
  const RelationRow& row = row_of(edge.relation);
  const NodeId meant = meant_by(members, edge.to);
  if (row.awaits != Awaits::ready && meant == 0) return;
  Sentence fault(row.file, " names ", graph.name(edge.to), ", which does not exist");
  if (meant != 0) fault.append(": did you mean ", graph.name(meant), "?");
  report(row.file, fault);
}

bool has_edge(const Graph& graph, NodeId from, Relation relation, NodeId to) {
  for (EdgeId id = graph.first_out(from); id != 0; id = graph.edge(id).next_out)
    if (graph.edge(id).relation == relation && graph.edge(id).to == to) return true;
  return false;
}

// It cannot run with what it needs.
void look_at_conflict(const Graph& graph, const Edge& edge, LintSink report) {
  if (row_of(edge.relation).awaits != Awaits::ready) return;
  const bool mine = has_edge(graph, edge.from, Relation::conflicts, edge.to);
  if (!mine && !has_edge(graph, edge.to, Relation::conflicts, edge.from)) return;
  const std::string_view file = row_of(edge.relation).file;
  report(file, Sentence(file, " names ", graph.name(edge.to), mine ? ", and so does " : ", whose ",
                        row_of(Relation::conflicts).file, mine ? "" : " name this service"));
}

}  // namespace

void lint_name_files(int directory, std::string_view service, LintSink report) {
  if (!open_directory(directory, ".")) return;  // which is a fault of its own
  const auto trouble = [&](const NameTrouble& what) {
    const std::string_view file = row_of(what.relation).file;
    if (what.error != 0)
      return report(file, Sentence(file, " cannot be read: ", error_text(what.error)));
    if (what.name.empty()) return report(file, Sentence(file, " is ignored: ", what.reason));
    report(file, Sentence(file, ": ignoring \"", what.name, "\": ", what.reason));
  };
  read_names(
      directory, service, [](Relation, std::string_view) {}, trouble);
}

void lint_names(const Members& members, NodeId node, LintSink report) {
  const Graph& graph = members.graph;
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
    const Edge& edge = graph.edge(id);
    if (members.look(edge.to).found == Member::Found::absent)
      look_at_missing(members, edge, report);
    look_at_conflict(graph, edge, report);
  }
}

}  // namespace stoker
