// SPDX-License-Identifier: ISC
// svup: is this service up? See svup(8).
#include <cerrno>

#include "base/options.hh"
#include "base/report.hh"
#include "client/show.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr std::string_view synopsis = "svup [-lL] dir";

bool is_up(const View& view) {
  if (view.record != nullptr) return is_up(view.record->state);
  return view.runit.pid != 0 && view.runit.phase == Phase::run;
}

// Its exit code.
int answer(const Look& look, const View& view, const char* name) {
  if (look.found == Look::Found::supervised) return is_up(view) ? 0 : exit_misuse;
  if (look.found == Look::Found::left || look.error == ENOENT) return exit_misuse;
  errno = look.error;
  if (errno == 0) die({name, ": ", look.trouble});
  die_errno({name, ": ", look.trouble});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svup"});
  bool log = false;
  Options options(argc, argv);
  while (const char option = options.next()) {
    if (option != 'l' && option != 'L') usage(synopsis);
    log = option == 'L';
  }
  if (options.count() != 1) usage(synopsis);

  const char* const name = options.arguments()[0];
  const Places places = Places::of_paths();
  const Fd service = open_service(places, name);
  if (!service) die_errno({"unable to chdir to ", name});
  static constinit Shot shot;
  take_shot(shot, places, name, service.get());
  if (!log || shot.look.found != Look::Found::supervised) return answer(shot.look, shot.main, name);
  if (!shot.has_log) return exit_misuse;
  return answer(shot.log_look, shot.log, name);
}
