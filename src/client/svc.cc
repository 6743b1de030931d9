// SPDX-License-Identifier: ISC
// svc: send commands to the supervisors of services. See svc(8).
#include <unistd.h>

#include <cerrno>

#include "base/options.hh"
#include "base/report.hh"
#include "client/letters.hh"
#include "client/printer.hh"
#include "client/service_handle.hh"
#include "service/control.hh"

namespace stoker {

namespace {

constexpr About about{"svc [-letters] dir ...",
                      "Send commands to the supervisors of services.\n"
                      "  -u  up: start the service, and restart it when it exits\n"
                      "  -d  down: stop it\n"
                      "  -o  once: start it, and do not restart it\n"
                      "  -x  exit: end the supervisor when the service is down\n"
                      "  -p  pause: send STOP\n"
                      "  -c  continue: send CONT\n"
                      "  -h  send HUP\n"
                      "  -a  send ALRM\n"
                      "  -i  send INT\n"
                      "  -t  send TERM\n"
                      "  -k  send KILL\n"
                      "  -q  send QUIT\n"
                      "  -1  send USR1\n"
                      "  -2  send USR2\n"
                      "  -w  send WINCH\n"
                      "  -+  send what follows to the whole process group\n"
                      "  -=  send what follows to the process (default)\n"
                      "  -L  apply what follows to the logger\n"
                      "  -l  apply what follows to the service (default)\n"
                      "  -r  restart it\n"
                      "  -O  do not restart it\n"
                      "  -D  as -d, and create the file down\n"
                      "  -U  as -u, and remove the file down\n"
                      "  -Q  as -O, and create the file down\n"
                      "  -P  send STOP to the whole process group\n"
                      "  -C  send CONT to it\n"
                      "  -K  send KILL to it\n"
                      "  -b  send ABRT\n"
                      "  -y  send WINCH\n"};

// In the words of daemontools.
[[noreturn]] void misuse(const Options& options, char option) {
  report_bad_option("svc", options, option);
  static_cast<void>(
      write_all(STDERR_FILENO,
                "svc options: u up, d down, o once, x exit, p pause, c continue, h hup, a alarm, "
                "i interrupt, t term, k kill\n"));
  usage(about.synopsis);
}

// As daemontools documents it, a service is removed by removing its link and then running
// `svc -dx . log`. By then svscan, or the first command, may have made both supervisors exit.
bool has_left_as_wanted(int state, std::string_view letters) {
  if (letters.find(letter::exit) == std::string_view::npos) return false;
  const auto status = read_own_status(state);
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
  block_standard_descriptors();
  Letters letters;
  Options options(argc, argv, &about);
  while (const char option = options.next()) {
    switch (letters.add(option)) {
    case Letters::Added::fine: break;
    case Letters::Added::unknown: misuse(options, option);
    case Letters::Added::too_many: die({"too many options"}, exit_misuse);
    }
  }
  const Places places = Places::of_paths();
  for (char** name = options.arguments(); *name != nullptr; ++name)
    command(places, *name, letters.view());
  return 0;
}
