// SPDX-License-Identifier: ISC
// Directives of [Unit] and [Install].
#include "base/parse.hh"
#include "import/conditions.hh"
#include "import/handlers.hh"
#include "import/lines.hh"
#include "import/unit_words.hh"
#include "import/values.hh"

namespace stoker::importer::handlers {

namespace {

// Double negation reads badly: `! ! x`.
std::string shell_of(const ConditionTest& test) {
  if (!test.negated) return test.shell;
  if (test.shell.starts_with("! ")) return test.shell.substr(2);
  const bool compound =
      test.shell.find(" && ") != std::string::npos || test.shell.find(" || ") != std::string::npos;
  return compound && !test.shell.starts_with("{") ? "! { " + test.shell + "; }" : "! " + test.shell;
}

void add_relations(Draft& draft, const Assignment& assignment) {
  for_each_word(assignment.value, [&](std::string_view one) {
    draft.relations.push_back({assignment.key, draft.expanded(one), draft.findings.size()});
  });
}

}  // namespace

Reply description(Draft& draft, const Assignment& assignment, const Directive&) {
  if (draft.is_trigger) return {Answer::harmless, "the service has a description of its own"};
  draft.definition.comments.insert(draft.definition.comments.begin(),
                                   draft.expanded(assignment.value));
  return {};
}

Reply documentation(Draft& draft, const Assignment& assignment, const Directive&) {
  if (draft.is_trigger) return {Answer::harmless, "the service has its own"};
  if (!assignment.value.empty())
    draft.definition.comments.push_back(draft.expanded(assignment.value));
  return {};
}

// Where it leads is known when all units have been read.
Reply relation(Draft& draft, const Assignment& assignment, const Directive&) {
  add_relations(draft, assignment);
  return {};
}

Reply on_end(Draft& draft, const Assignment& assignment, const Directive&) {
  add_relations(draft, assignment);
  return {};
}

Reply condition(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const bool asserts = directive.key == "Assert";
  ConditionFacts& facts = asserts ? draft.assertions : draft.conditions;
  if (assignment.value.empty()) {
    facts = {};
    return {};
  }
  const ConditionTest test =
      condition_test(assignment.key.substr(directive.key.size()), draft.expanded(assignment.value));
  if (test.shell.empty()) return {Answer::reported, "write a test for it into condition"};
  (test.any ? facts.any : facts.all).push_back(shell_of(test));
  return {};
}

Reply start_limit_interval(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto time = time_of(assignment.value);
  if (!time) return {Answer::reported, "write a time into max-restarts"};
  draft.service.interval = *time;
  return {};
}

Reply start_limit_burst(Draft& draft, const Assignment& assignment, const Directive&) {
  if (!parse_number<unsigned>(assignment.value))
    return {Answer::reported, "it is no number, so systemd ignores it, too"};
  draft.service.burst = assignment.value;
  return {};
}

Reply keep(Draft& draft, const Assignment& assignment, const Directive&) {
  if (parse_switch(assignment.value).value_or(false)) draft.definition.settings["keep"].clear();
  return {};
}

Reply alias(Draft& draft, const Assignment& assignment, const Directive&) {
  for_each_word(assignment.value, [&](std::string_view one) {
    const auto name = parse_unit_name(draft.expanded(one));
    if (name && name->type == "service" && !name->is_template() &&
        name->stem() != draft.name.stem())
      draft.definition.aliases.push_back(name->stem());
  });
  return {};
}

}  // namespace stoker::importer::handlers
