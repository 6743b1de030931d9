// SPDX-License-Identifier: ISC
// What commands will do to the services of one tree: see command_plan.hh.
#pragma once
#include "base/mapped_array.hh"
#include "client/survey.hh"
#include "sv/act.hh"
#include "sv/command_plan.hh"

namespace stoker {

class TreePlan {
 public:
  // Looks at everything in the directory. Dies if it cannot be read.
  TreePlan(const Places& places, std::string_view directory);

  Survey& survey() { return survey_; }
  const Graph& graph() const { return survey_.graph(); }
  CommandPlan& plan() { return plan_; }
  std::span<const PlanStep> steps() const { return plan_.steps(); }
  // `name` is that in the directory.
  void add(const ServiceCommand& command, std::string_view name);

  // Names on standard error what stops, or restarts, besides what was named.
  void announce(std::span<const ServiceCommand> named) const;

 private:
  struct Look {
    Survey& survey;
    const Member& operator()(NodeId node) const { return survey.look(node); }
  };

  Survey survey_;
  const Look look_{survey_};
  const Members members_{survey_.graph(), look_};
  MappedArray<uint8_t> marks_;
  MappedArray<PlanStep> steps_;
  CommandPlan plan_;
};

// Decides for each command in which manner it is sent, and announces what stops with it.
void arrange(const Places& places, std::span<ServiceCommand> commands);

// --dry-run: what the commands would do, as a table or as JSON. Returns how many would fail.
unsigned show_plan(const Places& places, std::span<const ServiceCommand> commands, Printer& printer,
                   bool json);
// The same for a plan that has been made. `isolated` is empty, or what everything else stops for.
unsigned show_steps(const TreePlan& tree, std::string_view isolated, Printer& printer, bool json);

}  // namespace stoker
