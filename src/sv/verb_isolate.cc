// SPDX-License-Identifier: ISC
// sv isolate: see sv(8).
#include "base/file.hh"
#include "base/mapped_array.hh"
#include "base/report.hh"
#include "client/trouble.hh"
#include "service/layout.hh"
#include "sv/sv.hh"
#include "sv/tree_plan.hh"

namespace stoker {

namespace {

bool is_kept(const Places& places, std::string_view name) {
  const Fd service = open_service(places, PathText(name).c_str());
  return service && exists(service.get(), layout::keep);
}

// Stops what the plan stops, and starts the one that everything else is started for.
unsigned carry_out(const TreePlan& tree, const char* given, const CommandOptions& options,
                   Printer& printer) {
  const size_t most = tree.steps().size() + 1;
  const MappedArray<ServiceCommand> commands(most);
  const MappedArray<Text<255>> names(most);
  if (!commands || !names) die_errno({"unable to allocate memory"});
  size_t count = 0;
  commands.all()[count++] = {given, find_verb("start", false)};
  for (const PlanStep& step : tree.steps()) {
    if (step.action != PlanStep::Action::stop) continue;
    Text<255>& name = names.all()[count];
    name = Text<255>(tree.graph().name(step.node));
    commands.all()[count++] = {name.c_str(), find_verb("stop", false), Manner::in_order};
  }
  return act(options, commands.all().first(count), printer);
}

}  // namespace

int isolate(const Invocation& how, const Places& places, std::span<char* const> words,
            Printer& printer) {
  if (words.size() != 1) misuse(how);
  const char* const given = words.front();
  if (!open_service(places, given)) {
    append_no_service(printer.page, places, given);
    return exit_code(1);
  }
  const Address address = address_of(places, given);
  TreePlan tree(places, address.directory);
  const NodeId node = tree.survey().add(address.name);
  if (node == 0) die({"too many services"}, exit_fatal);
  tree.survey().look(node);
  const Places& there = tree.survey().places();
  tree.plan().isolate(node, [&](NodeId other) { return is_kept(there, tree.graph().name(other)); });
  if (how.dry_run) return exit_code(show_steps(tree, address.name, printer, how.json));
  const Moment deadline = deadline_of(how);
  return exit_code(
      carry_out(tree, given, {there, true, deadline, patience_of(how, deadline)}, printer));
}

}  // namespace stoker
