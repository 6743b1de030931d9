// SPDX-License-Identifier: ISC
#include "client/explainer.hh"

namespace stoker {

bool Explainer::has_to_explain(const StatusFile& status) {
  if (!status.native) return false;
  const Asked asked = status.order.asked;
  return status.main_status.state == State::held || status.main_status.reason == Reason::cycle ||
         (asked != Asked::nothing && asked != Asked::start);
}

Survey& Explainer::survey_of(const Address& address) {
  if (survey_ && survey_->directory() == address.directory.view()) return *survey_;
  survey_.emplace(places_, address.directory);
  // If it cannot be listed, what the service itself names is looked at all the same.
  static_cast<void>(survey_->look_at_all());
  return *survey_;
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
  hold_ = hold_of({survey.graph(), look}, node, survey.has_scanner());
  for (const NodeId other : std::span(hold_.names).first(hold_.count))
    awaited_.append(awaited_.empty() ? "" : "\n", survey.graph().name(other));
  return hold_;
}

}  // namespace stoker
