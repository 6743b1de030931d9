// SPDX-License-Identifier: ISC
// sv graph: see sv(8).
#include "sv/dot.hh"
#include "sv/service_map.hh"
#include "sv/sv.hh"

namespace stoker {

int graph(const Invocation& how, const Places& places, std::span<char* const> words,
          Printer& printer) {
  ServiceMap map(places);
  const unsigned failures = map.mark(words);
  if (how.json) {
    map.show_json(printer);
  } else {
    // What stands in no relation says nothing, unless it was asked for.
    const auto shown = [&](NodeId node) {
      return map.is_marked(node) && (!words.empty() || map.graph().has_edges(node));
    };
    append_dot(printer.page, map.members(), shown, [&printer] { printer.make_room(); });
  }
  printer.flush();
  return exit_code(failures);
}

}  // namespace stoker
