// SPDX-License-Identifier: ISC
// sv tree --processes: see sv(8).
#include <cerrno>

#include "base/report.hh"
#include "client/json.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "sv/process_tree.hh"
#include "sv/sample.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

void show_text(ProcessTree& tree, std::span<const SampledService> services, Printer& printer) {
  const Screen screen = find_screen();
  const bool boxes = has_box_characters();
  for (uint32_t at = 0; at < services.size(); ++at) {
    const Cell name = harmless(services[at].name);
    append_line_cut(printer.page, screen, Text<500>(name.view(), ": ", services[at].state));
    tree.show(printer.page, at, screen, boxes);
  }
}

void show_json(const ProcessTree& tree, std::span<const SampledService> services, Page& page) {
  page.append('[');
  for (uint32_t at = 0; at < services.size(); ++at) {
    page.append(at == 0 ? "\n{\"name\":" : ",\n{\"name\":");
    append_json_string(page, services[at].name);
    page.append(",\"state\":\"", services[at].state, "\",\"cgroup\":");
    page.append(services[at].grouped ? "true" : "false", ",\"processes\":");
    tree.show_json(page, at);
    page.append('}');
  }
  page.append(services.empty() ? "]\n" : "\n]\n");
}

// What was named must exist.
unsigned count_missing(const Places& places, std::span<char* const> names) {
  unsigned missing = 0;
  for (const char* const name : names) {
    if (open_service(places, name)) continue;
    warn({harmless(name).view(), ": ", reason_for_missing(places, name).view()});
    ++missing;
  }
  return missing;
}

}  // namespace

int process_tree(const Invocation& how, const Places& places, std::span<char* const> given,
                 Printer& printer) {
  ServiceNames all;
  const std::span<char* const> names = names_or_all(given, places, all);
  Sample sample;
  const Sample none;
  if (!sample.take(places, names, none)) die_errno({"unable to allocate memory"});
  if (sample.processes().empty()) die({"unable to list processes: ", why_no_processes});
  const MappedArray<Twig> twigs(sample.processes().size());
  if (!twigs) die_errno({"unable to allocate memory"});
  const auto make_room = [&printer] { printer.make_room(); };
  const auto command = [](pid_t pid) { return command_line(pid); };
  ProcessTree tree(sample.processes(), twigs.all(), command, make_room);
  if (how.json)
    show_json(tree, sample.services(), printer.page);
  else
    show_text(tree, sample.services(), printer);
  printer.flush();
  return exit_code(given.empty() ? 0 : count_missing(places, names));
}

}  // namespace stoker
