// SPDX-License-Identifier: ISC
#include "sv/tree_plan.hh"

#include <algorithm>
#include <optional>

#include "base/parse.hh"
#include "base/report.hh"
#include "client/ordered.hh"
#include "sv/invocation.hh"

namespace stoker {

namespace {

using Action = PlanStep::Action;

bool is_named(std::span<const ServiceCommand> commands, std::string_view name) {
  return std::any_of(commands.begin(), commands.end(), [name](const ServiceCommand& command) {
    return base_name(command.name) == name;
  });
}

}  // namespace

TreePlan::TreePlan(const Places& places, std::string_view directory)
    : survey_(places, directory),
      marks_(Survey::most_nodes),
      steps_(2 * Survey::most_nodes),
      plan_(members_, marks_.all(), steps_.all()) {
  if (!marks_ || !steps_) die_errno({"unable to allocate memory"});
  if (!survey_.look_at_all()) die_errno({"unable to read directory ", directory}, exit_fatal);
}

void TreePlan::add(const ServiceCommand& command, std::string_view name) {
  const NodeId node = survey_.add(name);
  if (node == 0) return;
  const bool starts = starts_something(*command.verb), stops = stops_something(*command.verb);
  const bool runs = is_active(survey_.look(node));
  if (command.manner == Manner::alone)
    plan_.only(node, !stops ? Action::start : starts && runs ? Action::restart : Action::stop);
  else if (starts && stops)
    plan_.restart(node);
  else if (stops)
    plan_.stop(node);
  else if (starts)
    plan_.start(node);
}

void TreePlan::announce(std::span<const ServiceCommand> named) const {
  constexpr size_t most = 8;
  Text<1000> text;
  size_t count = 0;
  for (const PlanStep& step : steps()) {
    if (step.because == 0 || is_named(named, graph().name(step.node)) || count++ >= most) continue;
    text.append(text.empty() ? "" : ", ", graph().name(step.node), " (",
                reason_of(step, graph()).view(), ")");
  }
  if (count > most) text.append(" and ", count - most, " more");
  if (count > 0) say("info", {"these stop first: ", text});
}

void arrange(const Places& places, std::span<ServiceCommand> commands) {
  std::optional<TreePlan> tree;
  for (ServiceCommand& command : commands) {
    if (!stops_something(*command.verb) || command.manner != Manner::plain) continue;
    const Address address = address_of(places, command.name);
    if (address.name.empty() || !is_ordered(places, address.directory)) continue;
    if (!tree || tree->survey().directory() != address.directory.view()) {
      if (tree) tree->announce(commands);
      tree.emplace(places, address.directory);
    }
    tree->add(command, address.name);
    const NodeId node = tree->graph().find(address.name);
    if (node != 0 && tree->plan().has_dependents(node)) command.manner = Manner::in_order;
  }
  if (tree) tree->announce(commands);
}

}  // namespace stoker
