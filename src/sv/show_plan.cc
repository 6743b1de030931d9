// SPDX-License-Identifier: ISC
// What --dry-run prints.
#include <array>

#include "client/json.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "sv/columns.hh"
#include "sv/tree_plan.hh"

namespace stoker {

namespace {

using Action = PlanStep::Action;

// One table, or array, for all trees.
class PlanPage {
 public:
  PlanPage(Printer& printer, bool json) : printer_(printer), json_(json) {}

  unsigned failures() const { return failures_; }
  void fail(const Places& places, const char* name);
  void show(const TreePlan& tree, std::string_view isolated);
  void end();

 private:
  void append_json(Action action, std::string_view name, std::string_view reason);

  Printer& printer_;
  const bool json_;
  unsigned failures_ = 0;
  size_t objects_ = 0;
};

Text<600> reason_for(const TreePlan& tree, const PlanStep& step, std::string_view isolated) {
  const bool left_out = !isolated.empty() && step.because == 0 && step.action == Action::stop;
  return left_out ? Text<600>("is no part of ", isolated) : reason_of(step, tree.graph());
}

void PlanPage::fail(const Places& places, const char* name) {
  ++failures_;
  if (json_) return append_json(Action::fail, name, reason_for_missing(places, name));
  append_no_service(printer_.page, places, name);
}

void PlanPage::append_json(Action action, std::string_view name, std::string_view reason) {
  Page& page = printer_.page;
  page.append(objects_++ == 0 ? "[\n{\"action\":\"" : ",\n{\"action\":\"", word(action),
              "\",\"name\":");
  append_json_string(page, name);
  page.append(",\"reason\":");
  reason.empty() ? page.append("null") : append_json_string(page, reason);
  page.append('}');
}

void PlanPage::show(const TreePlan& tree, std::string_view isolated) {
  constexpr std::array<std::string_view, 3> headings = {"ACTION", "NAME", "REASON"};
  Columns table(printer_.page, {});
  table.measure(headings);
  for (const PlanStep& step : tree.steps())
    table.measure(std::array{word(step.action), harmless(tree.graph().name(step.node)).view()});
  if (!json_) table.append(headings);
  for (const PlanStep& step : tree.steps()) {
    const auto reason = reason_for(tree, step, isolated);
    const Cell name = harmless(tree.graph().name(step.node));
    failures_ += step.action == Action::fail;
    json_ ? append_json(step.action, tree.graph().name(step.node), reason)
          : table.append(std::array{word(step.action), name.view(), reason.view()});
    printer_.make_room();
  }
}

void PlanPage::end() {
  if (json_) printer_.page.append(objects_ == 0 ? "[]\n" : "\n]\n");
  printer_.flush();
}

}  // namespace

unsigned show_steps(const TreePlan& tree, std::string_view isolated, Printer& printer, bool json) {
  PlanPage page(printer, json);
  page.show(tree, isolated);
  page.end();
  return page.failures();
}

unsigned show_plan(const Places& places, std::span<const ServiceCommand> commands, Printer& printer,
                   bool json) {
  PlanPage page(printer, json);
  std::optional<TreePlan> tree;
  for (const ServiceCommand& command : commands) {
    const Fd service = open_service(places, command.name);
    if (!service) {
      page.fail(places, command.name);
      continue;
    }
    const Address address = address_of(places, command.name);
    if (address.name.empty()) continue;
    if (!tree || tree->survey().directory() != address.directory.view()) {
      if (tree) page.show(*tree, {});
      tree.emplace(places, address.directory);
    }
    tree->add(command, address.name);
  }
  if (tree) page.show(*tree, {});
  page.end();
  return page.failures();
}

}  // namespace stoker
