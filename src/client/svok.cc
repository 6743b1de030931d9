// SPDX-License-Identifier: ISC
// svok: is a supervisor running for this service? See svok(8).
#include <cerrno>

#include "base/report.hh"
#include "client/service_handle.hh"
#include "service/control.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svok"});
  if (argc < 2) usage("svok dir");

  const char* const name = argv[1];
  const Places places = Places::of_paths();
  const Fd service = open_service(places, name);
  if (!service) die_errno({"unable to chdir to ", name});
  // The content of its status is irrelevant.
  const Fd state = open_state(places, name, service.get());
  const Presence found = state ? presence(state.get()) : Presence::unknown;
  if (found == Presence::running) return 0;
  if (found == Presence::absent || errno == ENOENT) return exit_misuse;
  die_errno({"unable to open ", name, "/supervise/ok"});
}
