// SPDX-License-Identifier: ISC
// sv mask and sv unmask: see sv(8).
#include <fcntl.h>

#include <cerrno>

#include "base/report.hh"
#include "client/trouble.hh"
#include "service/layout.hh"
#include "service/mask.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

// One that is not linked yet may be masked, too.
Fd open_definition(const Places& places, const char* name) {
  Fd service = open_service(places, name);
  if (service || errno != ENOENT || is_path(name)) return service;
  return open_search(AT_FDCWD, PathText(definitions, "/", name).c_str());
}

bool change_mask(const Places& places, const char* name, bool on, Page& page) {
  const Fd service = open_definition(places, name);
  if (!service) {
    append_no_service(page, places, name);
    return false;
  }
  if (on ? !mask_service(service.get()) : !unmask_service(service.get())) {
    page.append("fail: ", name, ": unable to write ", layout::down, ": ", error_text(errno), "\n");
    return false;
  }
  const Probe probe = probe_service(places, name, service.get());
  const bool runs = probe.found == Probe::Found::supervised && probe.status.main.pid != 0;
  page.append("ok: ", name, on ? ": masked" : ": unmasked",
              on && runs ? ", and runs until it is stopped\n" : "\n");
  return true;
}

}  // namespace

int mask(const Places& places, std::span<char* const> names, bool on, Printer& printer) {
  unsigned failures = 0;
  for (const char* const name : names) {
    failures += !change_mask(places, name, on, printer.page);
    printer.make_room();
  }
  printer.flush();
  return exit_code(failures);
}

}  // namespace stoker
