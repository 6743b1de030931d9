// SPDX-License-Identifier: ISC
#include "client/show.hh"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hh"
#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "service/layout.hh"
#include "service/mask.hh"

namespace stoker {

namespace {

using Found = Probe::Found;

bool is_supervised(const Probe& probe) { return probe.found == Found::supervised; }

View view_of(const RunitStatus& runit, const ServiceStatus* own, bool down_file, Tai64n now) {
  return {.runit = runit, .own = own, .down_file = down_file, .now = now};
}

// "KIND ADDRESS" of each line of `listen`.
void read_sockets(Text<1500>& sockets, int service) {
  char bytes[16 * 1024];
  const Fd file = open_read(service, layout::listen);
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  std::string_view text(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  while (!text.empty()) {
    std::string_view line(text.data(), std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view name = next_word(line), kind = next_word(line);
    const std::string_view address = next_word(line);
    if (kind.empty() || name.front() == '#') continue;
    sockets.append(sockets.empty() ? "" : "\n", kind, address.empty() ? "" : " ", address);
  }
}

// Another suite's logger has a state directory of its own.
void probe_foreign_log(Snapshot& snapshot, const Places& places, const char* name, int service) {
  const Fd log = open_search(service, layout::log);
  snapshot.has_log = log || errno != ENOENT;
  if (!snapshot.has_log) return;
  if (!log) {
    snapshot.log_probe.trouble = "unable to change directory";
    snapshot.log_probe.error = errno;
    return;
  }
  const PathText log_name(name, "/", layout::log);
  snapshot.log_probe = probe_service(places, log_name.c_str(), log.get());
  snapshot.log =
      view_of(snapshot.log_probe.status.main, nullptr, has_down_file(log.get()), snapshot.main.now);
}

void append_status_line(Page& page, const Places& places, const char* name,
                        const Snapshot& snapshot, unsigned& failures) {
  if (!is_supervised(snapshot.probe)) {
    ++failures;
    return append_trouble(page, places, name, snapshot.probe);
  }
  append_sv(page, name, snapshot.main);
  if (snapshot.has_log && !is_supervised(snapshot.log_probe)) {
    ++failures;
    page.append("; ");
    const PathText log_name(name, "/", layout::log);
    page.append(snapshot.log_probe.found == Found::left ? "fail: " : "warning: ", log_name.view(),
                ": ", trouble_text(snapshot.log_probe).view(), "\n");
    return;
  }
  if (snapshot.has_log) {
    page.append("; ");
    append_sv(page, layout::log, snapshot.log);
  }
  page.append("\n");
}

void append_status_json(Page& page, const Places& places, const char* name,
                        const Snapshot& snapshot, unsigned& failures) {
  if (!is_supervised(snapshot.probe)) {
    ++failures;
    return append_json_absent(page, name, state_word(snapshot.probe),
                              reason_for(places, name, snapshot.probe).view());
  }
  const bool log_known = snapshot.has_log && is_supervised(snapshot.log_probe);
  append_json_service(page, name, snapshot.main, log_known ? &snapshot.log : nullptr,
                      snapshot.probe.status.supervisor);
}

}  // namespace

void take_snapshot(Snapshot& snapshot, const Places& places, const char* name, int service) {
  const Tai64n now = tai_now();
  snapshot.probe = probe_service(places, name, service);
  const StatusFile& status = snapshot.probe.status;
  snapshot.has_log = false;
  if (!is_supervised(snapshot.probe)) return;
  snapshot.main = view_of(status.main, status.native ? &status.main_status : nullptr,
                          has_down_file(service), now);
  snapshot.main.masked = snapshot.main.down_file && is_masked(service);
  snapshot.main.takeovers = status.takeovers;
  snapshot.main.health = &status.health;
  snapshot.sockets.clear();
  if (status.main_status.listen.held > 0) read_sockets(snapshot.sockets, service);
  snapshot.main.sockets = snapshot.sockets;
  if (!status.said.is_empty()) snapshot.main.said = &status.said;
  if (!status.native) return probe_foreign_log(snapshot, places, name, service);
  snapshot.has_log = status.has_log;
  if (!snapshot.has_log) return;
  snapshot.log_probe.found = Found::supervised;
  snapshot.log_probe.status.called_as = status.called_as;
  snapshot.log = view_of(status.log, &status.log_status, exists(service, "log/down"), now);
}

void measure(Snapshot& snapshot, const Places& places, const char* name, int service) {
  if (!is_supervised(snapshot.probe) || !snapshot.probe.status.has_group) return;
  const Fd state = open_state(places, name, service);
  if (state && read_group_figures(state.get(), snapshot.group))
    snapshot.main.group = &snapshot.group;
}

void explain(Snapshot& snapshot, Explainer& explainer, const char* name) {
  if (!is_supervised(snapshot.probe) || !Explainer::has_to_explain(snapshot.probe.status)) return;
  snapshot.main.hold = explainer.explain(name).reason;
  snapshot.main.awaited = explainer.awaited();
}

namespace {

// The service directory cannot be opened: see errno.
void append_missing(Page& page, const Places& places, const char* name, bool json) {
  if (!json) return append_no_service(page, places, name);
  const std::string_view state = errno == ENOENT ? unsupervised_state : unknown_state;
  append_json_absent(page, name, state, reason_for_missing(places, name).view());
}

Shown::Last last_state(const Snapshot& snapshot) {
  if (snapshot.probe.found == Found::left) return Shown::Last::absent;
  if (snapshot.probe.found == Found::trouble) return Shown::Last::unknown;
  return is_running(snapshot.main) ? Shown::Last::up : Shown::Last::down;
}

}  // namespace

Shown show_status(const Places& places, std::span<char* const> names, Printer& printer, bool json) {
  static constinit Snapshot snapshot;
  Explainer explainer(places);
  Shown shown;
  Page& page = printer.page;
  if (json) page.append("[");
  const auto append = json ? append_status_json : append_status_line;
  for (size_t at = 0; at < names.size(); ++at) {
    if (json) page.append(at == 0 ? "\n" : ",\n");
    const Fd service = open_service(places, names[at]);
    if (service) {
      take_snapshot(snapshot, places, names[at], service.get());
      explain(snapshot, explainer, names[at]);
      measure(snapshot, places, names[at], service.get());
      append(page, places, names[at], snapshot, shown.failures);
    } else {
      append_missing(page, places, names[at], json);
      ++shown.failures;
    }
    shown.last = service ? last_state(snapshot) : Shown::Last::absent;
    printer.make_room();
  }
  if (json) page.append(names.empty() ? "]\n" : "\n]\n");
  printer.flush();
  return shown;
}

}  // namespace stoker
