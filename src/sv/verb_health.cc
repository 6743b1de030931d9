// SPDX-License-Identifier: ISC
// sv health: see sv(8).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/show.hh"
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

void examine(HealthReport& report, const Places& places, const char* name, bool ready) {
  static constinit Snapshot snapshot;
  ++report.services;
  const Fd service = open_service(places, name);
  if (!service) return report.complain(name, "unsupervised", error_text(errno));
  take_snapshot(snapshot, places, name, service.get());
  if (snapshot.probe.found != Probe::Found::supervised) {
    const bool gone = snapshot.probe.found == Probe::Found::left;
    const auto why = gone ? Text<300>("no supervisor is running") : trouble_text(snapshot.probe);
    return report.complain(name, "unsupervised", why);
  }
  if (!ready || health_of(snapshot.main) == Health::fine) return;
  const ServiceStatus* const own = snapshot.main.own;
  const Cell why = own != nullptr ? reason_text(*own, snapshot.main.now) : Cell();
  report.complain(name, word(state_of(snapshot.main)), why.view());
}

struct HealthWant {
  bool ready = true;  // otherwise only whether a supervisor is running
  bool json = false;
};

// Its own options, which it takes from the words.
HealthWant read_want(const Invocation& how, std::span<char* const>& words) {
  HealthWant want{.ready = true, .json = how.json};
  for (; !words.empty() && has_prefix(words.front(), "--"); words = words.subspan(1)) {
    const std::string_view word(words.front());
    if (word != "--ready" && word != "--alive" && word != "--json") misuse(how);
    if (word == "--json")
      want.json = true;
    else
      want.ready = word == "--ready";
  }
  return want;
}

bool is_stopping(const Places& places) {
  const char* const root = places.states != nullptr ? places.states : places.services;
  const PathText mark(root, "/", layout::scan_state, "/", layout::stopping);
  return exists(AT_FDCWD, mark.c_str());
}

}  // namespace

int health(const Invocation& how, const Places& places, std::span<char* const> words,
           Printer& printer) {
  const HealthWant want = read_want(how, words);
  ServiceNames all;
  const std::span<char* const> names = names_or_all(words, places, all);
  HealthReport report{want.json, printer.page};
  const bool stopping = want.ready && is_stopping(places);
  const std::string_view kind = want.ready ? "ready" : "alive";
  if (want.json) printer.page.append("{\"check\":\"", kind, "\",\"failing\":[");
  if (stopping && !want.json) printer.page.append("the tree is stopping\n");
  for (const char* const name : names) {
    examine(report, places, name, want.ready);
    printer.make_room();
  }
  const bool healthy = report.ill == 0 && !stopping;
  if (want.json)
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
