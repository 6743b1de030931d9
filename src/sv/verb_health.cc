// SPDX-License-Identifier: ISC
// sv health: see sv(8).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/show.hh"
#include "client/trouble.hh"
#include "service/layout.hh"
#include "sv/health.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr int exit_unhealthy = 1;

struct HealthReport {
  bool json = false;
  Page& page;
  unsigned services = 0, ill = 0;

  void complain(std::string_view name, std::string_view what, std::string_view why);
};

void HealthReport::complain(std::string_view name, std::string_view what, std::string_view why) {
  ++ill;
  if (!json) {
    page.append(harmless(name).view(), ": ", what, why.empty() ? "" : ", ", why, "\n");
    return;
  }
  page.append(ill > 1 ? ",{\"name\":" : "{\"name\":");
  append_json_string(page, name);
  page.append(",\"state\":");
  append_json_string(page, what);
  page.append(",\"reason\":");
  if (why.empty())
    page.append("null}");
  else
    append_json_string(page, why), page.append('}');
}

// How the run before this one ended is no reason for that.
bool is_only_not_ready(const View& view) {
  return view.own != nullptr && view.own->state == State::up && !view.runit.paused &&
         view.own->reason != Reason::not_ready;
}

void examine(HealthReport& report, const Places& places, Explainer& explainer, const char* name,
             bool ready) {
  static constinit Snapshot snapshot;
  ++report.services;
  const Fd service = open_service(places, name);
  if (!service) {
    const std::string_view state = errno == ENOENT ? unsupervised_state : unknown_state;
    return report.complain(name, state, reason_for_missing(places, name).view());
  }
  take_snapshot(snapshot, places, name, service.get());
  if (snapshot.probe.found != Probe::Found::supervised) {
    return report.complain(name, state_word(snapshot.probe),
                           reason_for(places, name, snapshot.probe).view());
  }
  if (!ready || fitness_of(snapshot.main) == Fitness::fine) return;
  explain(snapshot, explainer, name);
  const View& view = snapshot.main;
  const Cell ailment = ailment_of(view);
  if (!ailment.empty()) return report.complain(name, word(State::ready), ailment);
  if (is_only_not_ready(view)) return report.complain(name, word(State::up), "not ready");
  const Text<400> why = view.hold.empty() && view.own != nullptr
                            ? Text<400>(reason_text(*view.own, view.now).view())
                            : reason_of(view);
  report.complain(name, word(state_of(view)), why);
}

bool is_stopping(const Places& places) {
  const char* const root = places.states != nullptr ? places.states : places.services;
  const PathText mark(root, "/", layout::scan_state, "/", layout::stopping);
  return exists(AT_FDCWD, mark.c_str());
}

}  // namespace

int health(const Invocation& how, const Places& places, std::span<char* const> words,
           Printer& printer) {
  const bool asks_ready = how.health != Invocation::Health::alive;
  ServiceNames all;
  const std::span<char* const> names = names_or_all(words, places, all);
  HealthReport report{how.json, printer.page};
  const bool stopping = asks_ready && is_stopping(places);
  const std::string_view kind = asks_ready ? "ready" : "alive";
  if (how.json) printer.page.append("{\"check\":\"", kind, "\",\"failing\":[");
  if (stopping && !how.json) printer.page.append("the tree is stopping\n");
  Explainer explainer(places);
  for (const char* const name : names) {
    examine(report, places, explainer, name, asks_ready);
    printer.make_room();
  }
  const bool healthy = report.ill == 0 && !stopping;
  if (how.json)
    printer.page.append("],\"services\":", report.services,
                        ",\"stopping\":", stopping ? "true" : "false",
                        ",\"healthy\":", healthy ? "true}\n" : "false}\n");
  else if (healthy)
    printer.page.append("ok: ", report.services, report.services == 1 ? " service " : " services ",
                        kind, "\n");
  printer.flush();
  return healthy ? 0 : exit_unhealthy;
}

}  // namespace stoker
