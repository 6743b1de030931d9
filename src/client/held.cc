// SPDX-License-Identifier: ISC
#include "client/held.hh"

#include <algorithm>

#include "client/explainer.hh"

namespace stoker {

HeldStart examine_held(const Places& places, const char* name, const StatusFile& status) {
  Explainer explainer(places);
  const Hold& hold = explainer.explain(name);
  return {.hopeless = is_hopeless(hold.kind, status),
          .doubtful = hold.kind == Hold::Kind::rests && status.order.asked == Asked::start,
          .waits = hold.kind == Hold::Kind::start,
          .reason = hold.reason,
          .awaited = Text<2048>(explainer.awaited())};
}

bool is_hopeless(Hold::Kind kind, const StatusFile& status) {
  return status.main_status.reason == Reason::need_failed &&
         (kind == Hold::Kind::blocked || kind == Hold::Kind::rests);
}

bool is_before_start(const StatusFile& before, const StatusFile& status) {
  const ServiceStatus &earlier = before.main_status, &own = status.main_status;
  return before.order.asked != Asked::start && status.order == before.order &&
         own.state == earlier.state && own.reason == earlier.reason &&
         status.main.since == before.main.since;
}

bool has_line(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const std::string_view line(lines.data(), std::min(lines.find('\n'), lines.size()));
    if (line == name) return true;
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return false;
}

}  // namespace stoker
