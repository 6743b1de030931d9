// SPDX-License-Identifier: ISC
#pragma once
#include <optional>

#include "client/hold.hh"
#include "client/survey.hh"

namespace stoker {

// Says why services wait for others. What the services of a tree name is read once, and only if
// there is something to explain.
class Explainer {
 public:
  explicit Explainer(const Places& places) : places_(places) {}

  // Does a service with this status wait for others, or can it never start for them?
  static bool has_to_explain(const StatusFile& status);
  // Kind none if it does not wait. What is returned is valid until the next call.
  const Hold& explain(const char* name);
  // The names of those that it waits for, one a line.
  std::string_view awaited() const { return awaited_; }

 private:
  Survey& survey_of(const Address& address);
  const Hold& explain_cycle(const Graph& graph, NodeId node);

  const Places places_;
  std::optional<Survey> survey_;
  Hold hold_;
  Text<2048> awaited_;
};

}  // namespace stoker
