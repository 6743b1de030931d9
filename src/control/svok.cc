// SPDX-License-Identifier: ISC
// svok: is a supervisor running for this service? See svok(8).
#include <cerrno>

#include "base/report.hh"
#include "control/target.hh"
#include "service/control.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svok"});
  if (argc < 2) usage("svok dir");

  const char* const name = argv[1];
  const Places places = Places::of_paths();
  const Fd service = open_service(places, name);
  if (!service) die_errno({"unable to chdir to ", name});
  const Look look = look_in(places, name, service.get());
  if (look.found == Look::Found::supervised) return 0;
  if (look.found == Look::Found::left || look.error == ENOENT) return exit_misuse;
  errno = look.error;
  die_errno({"unable to open ", name, "/supervise/ok"});
}
