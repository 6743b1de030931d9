// SPDX-License-Identifier: ISC
// svc: give commands to the supervisors of services. See svc(8).
#include <unistd.h>

#include <cerrno>

#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "control/letters.hh"
#include "control/target.hh"
#include "service/control.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// In daemontools' words, which scripts show to people.
[[noreturn]] void misuse(char option) {
  const Text<200> line(
      "svc: illegal option -- ", option,
      "\nsvc options: u up, d down, o once, x exit, p pause, c continue, h hup, a alarm, "
      "i interrupt, t term, k kill\n");
  static_cast<void>(write_all(STDERR_FILENO, line));
  usage("svc [-letters] dir ...");
}

// Our loggers end with their service, so of those whom daemontools' documentation has told
// to exit, by `svc -dx . log`, the second has done so already.
bool has_left_as_wanted(const char* name, int state, std::string_view letters) {
  if (letters.find(letter::leave) == std::string_view::npos || base_name(name) != layout::log)
    return false;
  const auto status = read_status(state);
  return status && status->native;
}

void command(const Places& places, const char* name, std::string_view letters) {
  const Fd service = open_service(places, name);
  if (!service) return warn_errno({"unable to chdir to ", name});
  const Fd state = open_state(places, name, service.get());
  if (state && send_letters(state.get(), letters)) return;
  if (errno != ENXIO) return warn_errno({"unable to control ", name});
  if (!has_left_as_wanted(name, state.get(), letters))
    warn({"unable to control ", name, ": supervise not running"});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svc"});
  Letters letters;
  Options options(argc, argv);
  while (const char option = options.next()) {
    switch (letters.add(option)) {
    case Letters::Added::fine: break;
    case Letters::Added::unknown: misuse(option);
    case Letters::Added::too_many: die({"too many options"}, exit_misuse);
    }
  }
  const Places places = Places::of_paths();
  for (char** name = options.arguments(); *name != nullptr; ++name)
    command(places, *name, letters.view());
  return 0;
}
