// SPDX-License-Identifier: ISC
#include "client/show.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/view.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

using Found = Look::Found;

bool is_supervised(const Look& look) { return look.found == Found::supervised; }

View view_of(const RunitStatus& runit, const ServiceStatus* record, bool down_file, Tai64n now) {
  return {.runit = runit, .record = record, .down_file = down_file, .now = now};
}

// Another suite's logger has a state directory of its own.
void look_at_foreign_log(Shot& shot, const Places& places, const char* name, int service) {
  const Fd log = open_search(service, layout::log);
  shot.has_log = log || errno != ENOENT;
  if (!shot.has_log) return;
  if (!log) {
    shot.log_look.trouble = "unable to change directory";
    shot.log_look.error = errno;
    return;
  }
  const PathText log_name(name, "/", layout::log);
  shot.log_look = look_in(places, log_name.c_str(), log.get());
  shot.log = view_of(shot.log_look.status.main, nullptr, has_down_file(log.get()), shot.main.now);
}

void append_status_line(Page& page, const char* name, const Shot& shot, unsigned& failures) {
  if (!is_supervised(shot.look)) {
    ++failures;
    return append_trouble(page, name, shot.look);
  }
  append_sv(page, name, shot.main);
  if (shot.has_log && !is_supervised(shot.log_look)) {
    ++failures;
    page.append("; ");
    return append_trouble(page, PathText(name, "/", layout::log).view(), shot.log_look);
  }
  if (shot.has_log) {
    page.append("; ");
    append_sv(page, layout::log, shot.log);
  }
  page.append("\n");
}

void append_status_json(Page& page, const char* name, const Shot& shot, unsigned& failures) {
  if (!is_supervised(shot.look)) {
    ++failures;
    return append_json_absent(page, name, trouble_text(shot.look).view());
  }
  const bool log_known = shot.has_log && is_supervised(shot.log_look);
  append_json_service(page, name, shot.main, log_known ? &shot.log : nullptr,
                      shot.look.status.supervisor);
}

}  // namespace

void take_shot(Shot& shot, const Places& places, const char* name, int service) {
  const Tai64n now = tai_now();
  shot.look = look_in(places, name, service);
  const StatusFile& status = shot.look.status;
  shot.has_log = false;
  if (!is_supervised(shot.look)) return;
  shot.main = view_of(status.main, status.native ? &status.main_status : nullptr,
                      has_down_file(service), now);
  shot.main.takeovers = status.takeovers;
  if (!status.native) return look_at_foreign_log(shot, places, name, service);
  shot.has_log = status.has_log;
  if (!shot.has_log) return;
  struct stat found;
  const bool log_down = fstatat(service, "log/down", &found, 0) == 0;
  shot.log_look.found = Found::supervised;
  shot.log = view_of(status.log, &status.log_status, log_down, now);
}

namespace {

// A service directory that cannot be opened, by errno.
void append_missing(Page& page, const char* name, bool json) {
  if (!json) return append_no_service(page, name);
  const Text<200> error("unable to change to service directory: ", error_text(errno));
  append_json_absent(page, name, error.view());
}

Shown::Last how_it_is(const Shot& shot) {
  if (shot.look.found == Found::left) return Shown::Last::absent;
  if (shot.look.found == Found::trouble) return Shown::Last::unknown;
  return is_running(shot.main) ? Shown::Last::up : Shown::Last::down;
}

}  // namespace

Shown show_status(const Places& places, std::span<char* const> names, Printer& printer, bool json) {
  static constinit Shot shot;
  Shown shown;
  Page& page = printer.page;
  if (json) page.append("[");
  const auto append = json ? append_status_json : append_status_line;
  for (size_t at = 0; at < names.size(); ++at) {
    if (json) page.append(at == 0 ? "\n" : ",\n");
    const Fd service = open_service(places, names[at]);
    if (service) {
      take_shot(shot, places, names[at], service.get());
      append(page, names[at], shot, shown.failures);
    } else {
      append_missing(page, names[at], json);
      ++shown.failures;
    }
    shown.last = service ? how_it_is(shot) : Shown::Last::absent;
    printer.make_room();
  }
  if (json) page.append(names.empty() ? "]\n" : "\n]\n");
  printer.flush();
  return shown;
}

}  // namespace stoker
