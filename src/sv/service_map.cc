// SPDX-License-Identifier: ISC
#include "sv/service_map.hh"

#include "base/parse.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "sv/invocation.hh"

namespace stoker {

namespace {

constexpr uint8_t down = 1, up = 2;

}  // namespace

ServiceMap::ServiceMap(const Places& places)
    : places_(places), survey_(places, places.services), marks_(Survey::most_nodes) {
  if (!marks_) die_errno({"unable to allocate memory"});
  if (!survey_.look_at_all()) die_errno({"unable to read directory ", places.services}, exit_fatal);
  has_scanner_ = survey_.has_scanner();
}

NodeId ServiceMap::find(const char* name) {
  const Fd service = open_service(places_, name);
  if (!service) {
    warn({name, ": ", reason_for_missing(places_, name)});
    return 0;
  }
  const NodeId node = survey_.add(address_of(places_, name).name);
  survey_.look(node);
  return node;
}

void ServiceMap::spread(NodeId node, uint8_t way) {
  uint8_t& mark = marks_.all()[node];
  if ((mark & way) != 0) return;
  mark |= way;
  const bool is_down = way == down;
  for (EdgeId id = is_down ? graph().first_out(node) : graph().first_in(node); id != 0;
       id = is_down ? graph().edge(id).next_out : graph().edge(id).next_in)
    spread(is_down ? graph().edge(id).to : graph().edge(id).from, way);
}

unsigned ServiceMap::mark(std::span<char* const> names) {
  unsigned failures = 0;
  for (const char* const name : names) {
    const NodeId node = find(name);
    failures += node == 0;
    if (node == 0) continue;
    spread(node, down);
    spread(node, up);
  }
  if (names.empty())
    for (NodeId node = 1; node < graph().end(); ++node) marks_.all()[node] = down;
  return failures;
}

// What the file names; every file has a member.
void ServiceMap::append_names(Page& page, NodeId node, const RelationRow& row) const {
  page.append(",\"", row.file, "\":[");
  bool first = true;
  for (EdgeId id = graph().first_out(node); id != 0; id = graph().edge(id).next_out) {
    if (graph().edge(id).relation != row.relation) continue;
    if (!first) page.append(',');
    first = false;
    append_json_string(page, graph().name(graph().edge(id).to));
  }
  page.append(']');
}

void ServiceMap::append_json(Page& page, NodeId node) {
  const Member& member = survey_.look(node);
  const Text<400> waits = hold(node);
  const Cell why = member.is_known() ? reason_text(member.own) : Cell();
  const std::string_view reason = waits.empty() ? why.view() : waits.view();
  page.append("{\"name\":");
  append_json_string(page, graph().name(node));
  page.append(",\"state\":");
  append_json_string(page, member.is_known() ? word(member.own.state) : state_text(member));
  page.append(",\"group\":", member.group ? "true" : "false", ",\"reason\":");
  reason.empty() ? page.append("null") : append_json_string(page, reason);
  for (const RelationRow& row : relations) append_names(page, node, row);
  page.append('}');
}

void ServiceMap::show_json(Printer& printer) {
  bool first = true;
  printer.page.append('[');
  for (NodeId node = 1; node < graph().end(); ++node) {
    if (!is_marked(node)) continue;
    printer.page.append(first ? "\n" : ",\n");
    first = false;
    append_json(printer.page, node);
    printer.make_room();
  }
  printer.page.append(first ? "]\n" : "\n]\n");
}

}  // namespace stoker
