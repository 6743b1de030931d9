// SPDX-License-Identifier: ISC
// sv status and sv list: see sv(8).
#include <unistd.h>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "client/show.hh"
#include "sv/sv.hh"
#include "sv/table.hh"

namespace stoker {

namespace {

std::span<char* const> failed_among(std::span<char* const> names, const Places& places,
                                    std::span<char*> room) {
  size_t count = 0;
  for (char* const name : names) {
    const Fd service = open_service(places, name);
    const Probe probe = service ? probe_service(places, name, service.get()) : Probe();
    const bool known = probe.found == Probe::Found::supervised && probe.status.native;
    if (known && probe.status.main_status.state == State::failed) room[count++] = name;
  }
  return room.first(count);
}

// Each service with the last lines of its log.
int status_with_lines(const Invocation& how, const Places& places, std::span<char* const> names,
                      Printer& printer) {
  unsigned failures = 0;
  for (size_t at = 0; at < names.size(); ++at) {
    failures += show_status(places, names.subspan(at, 1), printer, false).failures;
    if (!show_last_lines(how.argv0, names[at], how.lines)) ++failures;
  }
  return exit_code(failures);
}

}  // namespace

int list(const Invocation& how, const Places& places, std::span<char* const> given,
         Printer& printer) {
  ServiceNames all;
  const std::span<char* const> wanted = names_or_all(given, places, all);
  MappedArray<char*> room(how.failed_only ? wanted.size() : 0);
  if (!room) die_errno({"unable to allocate memory"}, exit_fatal);
  const auto names = how.failed_only ? failed_among(wanted, places, room.all()) : wanted;
  if (how.json)
    static_cast<void>(show_status(places, names, printer, true));
  else
    show_table(places, names, printer);
  return 0;
}

// Without a name: of all services, if their directory exists.
int status(const Invocation& how, const Places& places, std::span<char* const> given,
           Printer& printer) {
  ServiceNames all;
  if (given.empty() && access(places.services, R_OK | X_OK) != 0) misuse(how);
  const std::span<char* const> names = names_or_all(given, places, all);
  if (how.lines != nullptr && !how.json && !how.lsb)
    return status_with_lines(how, places, names, printer);
  const Shown shown = show_status(places, names, printer, how.json);
  if (!how.lsb) return exit_code(shown.failures);
  switch (shown.last) {
  case Shown::Last::absent: return 1;
  case Shown::Last::up: return 0;
  case Shown::Last::down: return 3;
  case Shown::Last::unknown: return 4;
  }
  return 4;
}

}  // namespace stoker
