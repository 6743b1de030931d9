// SPDX-License-Identifier: ISC
// sv tree: see sv(8).
#include "base/report.hh"
#include "sv/service_map.hh"
#include "sv/sv.hh"
#include "sv/tree_view.hh"

namespace stoker {

namespace {

void show_text(ServiceMap& map, NodeId node, Printer& printer) {
  const auto make_room = [&printer] { printer.make_room(); };
  const auto why = [&map](NodeId other) { return map.hold(other); };
  const MappedArray<uint8_t> seen(map.graph().end() + 1);
  if (!seen) die_errno({"unable to allocate memory"});
  TreeView view(map.members(), why, seen.all(), find_screen(), has_box_characters());
  if (node != 0) {
    view.show_needs(printer.page, node, make_room);
    view.show_users(printer.page, node, make_room);
    return;
  }
  const size_t others = view.show_all(printer.page, make_room);
  if (others > 0)
    printer.page.append(others, others == 1 ? " service" : " services",
                        " named by none and naming none\n");
}

}  // namespace

int tree(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer) {
  if (how.processes) return process_tree(how, places, words, printer);
  unsigned failures = 0;
  ServiceMap map(places);
  if (how.json) {
    failures = map.mark(words);
    map.show_json(printer);
  } else if (words.empty()) {
    show_text(map, 0, printer);
  }
  for (size_t at = 0; at < words.size() && !how.json; ++at) {
    if (at > 0) printer.page.append('\n');
    const NodeId node = map.find(words[at]);
    failures += node == 0;
    if (node != 0) show_text(map, node, printer);
  }
  printer.flush();
  return exit_code(failures);
}

}  // namespace stoker
