// SPDX-License-Identifier: ISC
#include "import/directive.hh"

#include <algorithm>

#include "import/handlers.hh"
#include "import/value_checks.hh"

namespace stoker::importer {

namespace {

const Directive* find_in(std::span<const Directive> table, std::string_view section,
                         std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Directive& one) {
    return one.section == section && one.key == key;
  });
  return found == table.end() ? nullptr : &*found;
}

bool is_known_section(std::string_view section) {
  constexpr std::string_view known[] = {"Unit",  "Install", "Service", "Socket",
                                        "Timer", "Path",    "Target"};
  return std::find(std::begin(known), std::end(known), section) != std::end(known);
}

bool is_extension(const Assignment& assignment) {
  return assignment.key.starts_with("X-") || assignment.section.starts_with("X-");
}

// Restrictions of the network count for the sockets themselves, too.
bool restricts_sockets(std::string_view key) {
  constexpr std::string_view known[] = {"IPAddressDeny",      "IPIngressFilterPath",
                                        "IPEgressFilterPath", "BPFProgram",
                                        "SocketBindDeny",     "RestrictNetworkInterfaces"};
  return std::find(std::begin(known), std::end(known), key) != std::end(known);
}

Reply reply_to_unknown(const Assignment& assignment) {
  if (is_extension(assignment)) return {Answer::harmless, "systemd ignores it"};
  if (!is_known_section(assignment.section))
    return {Answer::reported, "units with a section [" + assignment.section + "] are not imported"};
  return {Answer::reported, "systemd has no such directive in [" + assignment.section + "]"};
}

Reply handle(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (!assignment.value.empty()) {
    const std::string fault = fault_of_value(assignment.key, draft.expanded(assignment.value));
    if (!fault.empty() && draft.unknown_specifiers.empty()) return handlers::invalid(fault.c_str());
    draft.unknown_specifiers.clear();
  }
  return directive.handle(draft, assignment, directive);
}

Reply reply_to(Draft& draft, const Assignment& assignment, const Directive& directive) {
  Reply reply = handle(draft, assignment, directive);
  if (reply.text.empty()) reply.text = directive.text;
  if (!draft.unknown_specifiers.empty())
    reply = {Answer::reported, draft.unknown_specifiers + " is not known before it runs"};
  const bool permitted = draft.allowed != nullptr && draft.allowed->count(assignment.key) > 0;
  if (reply.answer == Answer::refused && permitted)
    reply = {Answer::reported, "permitted by --allow; " + reply.text};
  return reply;
}

}  // namespace

std::string Draft::expanded(std::string_view value) {
  return expand_specifiers(value, specifiers, unknown_specifiers);
}

const Directive* find_directive(std::string_view section, std::string_view key) {
  if (section == "Unit" && key.starts_with("Condition"))
    return find_in(unit_directives(), section, "Condition");
  if (section == "Unit" && key.starts_with("Assert"))
    return find_in(unit_directives(), section, "Assert");
  if (const Directive* const found = find_in(unit_directives(), section, key)) return found;
  if (section != "Service" && section != "Socket") return nullptr;
  return find_in(process_directives(), "Process", key);
}

void apply(Draft& draft, const Assignment& assignment) {
  draft.unknown_specifiers.clear();
  const Directive* const directive = find_directive(assignment.section, assignment.key);
  // A socket runs nothing of its own here.
  const bool of_socket = directive != nullptr && assignment.section == "Socket" &&
                         directive->section == "Process" && !restricts_sockets(assignment.key);
  Reply reply;
  if (of_socket)
    reply = {Answer::harmless, "a socket runs no commands"};
  else
    reply = directive == nullptr ? reply_to_unknown(assignment)
                                 : reply_to(draft, assignment, *directive);
  draft.findings.push_back({assignment, reply.answer, reply.text});
}

namespace handlers {

Reply invalid(const char* what) {
  return {Answer::reported, std::string(what) + ", so systemd ignores it, too"};
}

Reply no_switch() { return invalid("it is neither yes nor no"); }

}  // namespace handlers

}  // namespace stoker::importer
