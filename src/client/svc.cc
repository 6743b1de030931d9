// SPDX-License-Identifier: ISC
// svc: send commands to the supervisors of services. See svc(8).
#include <unistd.h>

#include <cerrno>

#include "base/options.hh"
#include "base/report.hh"
#include "client/letters.hh"
#include "client/service_handle.hh"
#include "service/control.hh"

namespace stoker {

namespace {

// In the words of daemontools.
[[noreturn]] void misuse(char option) {
  const Text<200> line(
      "svc: illegal option -- ", option,
      "\nsvc options: u up, d down, o once, x exit, p pause, c continue, h hup, a alarm, "
      "i interrupt, t term, k kill\n");
  static_cast<void>(write_all(STDERR_FILENO, line));
  usage("svc [-letters] dir ...");
}

// As daemontools documents it, a service is removed by removing its link and then running
// `svc -dx . log`. By then svscan, or the first command, may have made both supervisors exit.
bool has_left_as_wanted(int state, std::string_view letters) {
  if (letters.find(letter::exit) == std::string_view::npos) return false;
  const auto status = read_status(state);
  return status && status->native && status->main_status.want == Want::exit;
}

void command(const Places& places, const char* name, std::string_view letters) {
  const Fd service = open_service(places, name);
  if (!service) return warn_errno({"unable to chdir to ", name});
  const Fd state = open_state(places, name, service.get());
  if (state && send_letters(state.get(), letters)) return;
  if (errno != ENXIO) return warn_errno({"unable to control ", name});
  if (!has_left_as_wanted(state.get(), letters))
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
