// SPDX-License-Identifier: ISC
#include "client/explainer.hh"

#include "base/mapped_array.hh"
#include "client/cycle.hh"

namespace stoker {

namespace {

bool is_in_cycle(const ServiceStatus& own) {
  return own.state == State::failed && own.reason == Reason::cycle;
}

}  // namespace

bool Explainer::has_to_explain(const StatusFile& status) {
  if (!status.native) return false;
  const Asked asked = status.order.asked;
  return status.main_status.state == State::held || is_in_cycle(status.main_status) ||
         (asked != Asked::nothing && asked != Asked::start);
}

Survey& Explainer::survey_of(const Address& address) {
  if (survey_ && survey_->directory() == address.directory.view()) return *survey_;
  survey_.emplace(places_, address.directory);
  // If it cannot be listed, what the service itself names is looked at all the same.
  static_cast<void>(survey_->look_at_all());
  return *survey_;
}

// Its files may have changed since it failed.
const Hold& Explainer::explain_cycle(const Graph& graph, NodeId node) {
  const MappedArray<Visit> room(graph.end());
  const MappedArray<uint32_t> tangles(graph.end());
  if (!room || !tangles) return hold_;
  Cycles cycles(graph, room.all(), tangles.all());
  if (cycles.tangle_of(node) == 0) return hold_;
  hold_.kind = Hold::Kind::cycle;
  hold_.reason = cycles.path(node);
  return hold_;
}

const Hold& Explainer::explain(const char* name) {
  hold_ = {};
  awaited_.clear();
  const Address address = address_of(places_, name);
  if (address.name.empty()) return hold_;
  Survey& survey = survey_of(address);
  const NodeId node = survey.add(address.name);
  if (node == 0) return hold_;
  const auto look = [&survey](NodeId other) -> const Member& { return survey.look(other); };
  if (is_in_cycle(look(node).own)) return explain_cycle(survey.graph(), node);
  hold_ = hold_of({survey.graph(), look}, node, survey.has_scanner());
  for (const NodeId other : std::span(hold_.names).first(hold_.count))
    awaited_.append(awaited_.empty() ? "" : "\n", survey.graph().name(other));
  return hold_;
}

}  // namespace stoker
