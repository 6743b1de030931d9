// SPDX-License-Identifier: ISC
// svup: is this service up? See svup(8).
#include <cerrno>

#include "base/options.hh"
#include "base/report.hh"
#include "client/printer.hh"
#include "client/show.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr About about{"svup [-lL] dir",
                      "Exit 0 if a service is up, and 100 if it is not.\n"
                      "  -l  ask for the service (default)\n"
                      "  -L  ask for its logger\n"};

bool is_up(const View& view) {
  if (view.own != nullptr) return is_up(view.own->state);
  return view.runit.pid != 0 && view.runit.phase == Phase::run;
}

// Its exit code.
int answer(const Probe& probe, const View& view, const char* name) {
  if (probe.found == Probe::Found::supervised) return is_up(view) ? 0 : exit_misuse;
  if (probe.found == Probe::Found::left || probe.error == ENOENT) return exit_misuse;
  errno = probe.error;
  if (errno == 0) die({name, ": ", probe.trouble});
  die_errno({name, ": ", probe.trouble});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svup"});
  block_standard_descriptors();
  bool log = false;
  Options options(argc, argv, &about);
  while (const char option = options.next()) {
    if (option != 'l' && option != 'L') options.refuse(option);
    log = option == 'L';
  }
  if (options.count() != 1) usage(about.synopsis);

  const char* const name = options.arguments()[0];
  const Places places = Places::of_paths();
  const Fd service = open_service(places, name);
  if (!service) die_errno({"unable to chdir to ", name});
  static constinit Snapshot snapshot;
  take_snapshot(snapshot, places, name, service.get());
  if (!log || snapshot.probe.found != Probe::Found::supervised)
    return answer(snapshot.probe, snapshot.main, name);
  if (!snapshot.has_log) return exit_misuse;
  return answer(snapshot.log_probe, snapshot.log, name);
}
