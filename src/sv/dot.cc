// SPDX-License-Identifier: ISC
#include "sv/dot.hh"

#include <array>

#include "client/hold.hh"

namespace stoker {

namespace {

constexpr std::string_view head =
    "digraph services {\n"
    "  rankdir=LR;\n"
    "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n"
    "  edge [fontname=\"sans-serif\", fontsize=9, color=\"#57606a\"];\n";

// In the order of Relation. An arrow leads from a service to what it names.
constexpr std::array<std::string_view, relation_count> looks = {
    "",
    "penwidth=2",
    "style=dashed",
    "style=dotted",
    "arrowhead=open, label=starts",
    "arrowhead=odiamond, label=\"part of\"",
    "arrowhead=tee, color=\"#d1242f\", constraint=false"};

std::string_view color_of(const Member& member) {
  if (member.found == Member::Found::absent) return "#f6cfc8";
  if (!member.is_known()) return "#ffffff";
  switch (member.own.state) {
  case State::listening:
  case State::ready: return "#c3e6c5";
  case State::failed: return "#ee9d92";
  case State::backoff: return "#f6cfc8";
  case State::held: return "#e9edf1";
  case State::starting:
  case State::up: return "#bcd7f2";
  case State::down:
  case State::waiting:
  case State::stopping:
  case State::finishing: return "#ffffff";
  }
  return "#ffffff";
}

void append_quoted(Page& page, std::string_view text) {
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') page.append('\\');
    page.append(byte >= 0 && byte < ' ' ? '?' : byte);
  }
}

void append_node(Page& page, std::string_view name, const Member& member) {
  page.append("  \"");
  append_quoted(page, name);
  page.append("\" [fillcolor=\"", color_of(member), "\", label=\"");
  append_quoted(page, name);
  page.append("\\n", state_text(member), "\"", member.group ? ", shape=folder" : "",
              member.found == Member::Found::absent ? ", color=\"#d1242f\"" : "", "];\n");
}

void append_edge(Page& page, std::string_view from, std::string_view to, Relation relation) {
  const std::string_view look = looks[static_cast<size_t>(relation)];
  page.append("  \"");
  append_quoted(page, from);
  page.append("\" -> \"");
  append_quoted(page, to);
  page.append(look.empty() ? "\"" : "\" [", look, look.empty() ? ";\n" : "];\n");
}

}  // namespace

void append_dot(Page& page, const Members& members, FunctionRef<bool(NodeId)> shown,
                FunctionRef<void()> make_room) {
  const Graph& graph = members.graph;
  page.append(head);
  for (NodeId node = 1; node < graph.end(); ++node) {
    if (!shown(node)) continue;
    append_node(page, graph.name(node), members.look(node));
    make_room();
  }
  for (NodeId node = 1; node < graph.end(); ++node)
    for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
      const Edge& edge = graph.edge(id);
      if (!shown(node) || !shown(edge.to)) continue;
      append_edge(page, graph.name(node), graph.name(edge.to), edge.relation);
      make_room();
    }
  page.append("}\n");
}

}  // namespace stoker
