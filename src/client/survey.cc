// SPDX-License-Identifier: ISC
#include "client/survey.hh"

#include <fcntl.h>

#include <cerrno>

#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/layout.hh"
#include "service/names.hh"

namespace stoker {

namespace {

constexpr size_t text_size = 40 * Survey::most_nodes;

// Everything in one piece of memory, which is zeroed.
struct Tables {
  Node nodes[Survey::most_nodes];
  Edge edges[Survey::most_edges];
  uint32_t buckets[Survey::most_nodes];
  Member members[Survey::most_nodes];
  char text[text_size];
};

bool is_group(int service, const Graph& graph, NodeId node) {
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
    const Relation relation = graph.edge(id).relation;
    if (relation == Relation::needs || relation == Relation::wants)
      return !is_name_taken(service, layout::run) && !is_name_taken(service, layout::start);
  }
  return false;
}

void take_status(Member& member, const StatusFile& status) {
  member.found = status.native ? Member::Found::known : Member::Found::foreign;
  member.order = status.order;
  member.own = status.main_status;
  if (status.native) return;
  member.own.state = state_of(status.main);
  member.own.want = want_of(status.main);
}

}  // namespace

Address address_of(const Places& places, const char* given) {
  const std::string_view last = base_name(given);
  if (last != "." && last != "..") {
    const bool is_log = places.services != nullptr && !is_path(given) && has_slash(given);
    return {scan_directory_of(places, given), is_log ? Text<255>() : Text<255>(last)};
  }
  const Fd service = open_service(places, given);
  const PathText path = service ? path_of(service.get()) : PathText();
  return {scan_directory_of(places, path), Text<255>(base_name(path))};
}

Survey::Survey(const Places& places, std::string_view directory)
    : directory_(directory),
      places_{.services = directory_.c_str(), .states = places.states},
      memory_(sizeof(Tables)) {
  if (!memory_) die_errno({"unable to allocate memory"});
  auto& tables = *memory_.room_for<Tables>(1);
  graph_ = Graph({tables.nodes, tables.edges, tables.buckets, tables.text});
  members_ = tables.members;
}

const Member& Survey::look(NodeId node) {
  Member& found = member(node);
  if (found.found == Member::Found::unseen) read(node, found);
  return found;
}

void Survey::read(NodeId node, Member& member) {
  std::construct_at(&member);
  member.found = Member::Found::absent;
  const PathText name(graph_.name(node));
  const Fd service = open_service(places_, name.c_str());
  if (!service && (errno == ENOENT || errno == ENOTDIR)) return;
  member.found = Member::Found::unsupervised;
  if (!service) return;
  read_names(
      service.get(), name,
      [this, node](Relation relation, std::string_view other) {
        const NodeId to = graph_.add(other);
        static_cast<void>(to != 0 && graph_.connect(node, relation, to));
      },
      [](const NameTrouble&) {});
  member.group = is_group(service.get(), graph_, node);
  const Probe probe = probe_service(places_, name.c_str(), service.get());
  if (probe.found == Probe::Found::supervised) take_status(member, probe.status);
}

bool Survey::look_at_all() {
  ServiceNames names;
  if (!names.read(directory_.c_str(), ServiceNames::Dangling::skipped)) return false;
  for (const char* const name : names.all())
    if (const NodeId node = graph_.add(name)) look(node);
  // What is only named is behind those.
  for (NodeId node = 1; node < graph_.end(); ++node) look(node);
  return true;
}

}  // namespace stoker
