// SPDX-License-Identifier: ISC
// svstat: show the status of services in daemontools' format. See svstat(8).
#include <sys/stat.h>

#include <cerrno>

#include "base/options.hh"
#include "base/report.hh"
#include "client/printer.hh"
#include "client/show.hh"
#include "client/trouble.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr About about{"svstat [-lL] dir ...",
                      "Show the status of services in the format of daemontools.\n"
                      "  -l  of the service\n"
                      "  -L  of its logger\n"};

// Which of the two to show.
struct Halves {
  bool main = false;
  bool log = false;
  bool plain() const { return !main && !log; }
};

// With our supervise, the line is that of daemontools-encore, otherwise that of daemontools 0.76.
void append_probe(Page& page, const Probe& probe, const View& view) {
  switch (probe.found) {
  case Probe::Found::left: page.append("supervise not running\n"); return;
  case Probe::Found::trouble: page.append(trouble_text(probe).view(), "\n"); return;
  case Probe::Found::supervised: break;
  }
  append_svstat(page, view);
  if (view.own != nullptr && probe.status.called_as == CalledAs::supervise) {
    if (view.runit.pid != 0 && view.runit.want == '\0') page.append(", once");
    if (state_of(view) != State::failed) page.append(", ", encore_word(view));
  }
  page.append("\n");
}

// encore's logger is a program `log`; what is in a directory has a line of its own.
bool shows_log(int service, Halves halves) {
  struct stat facts {};
  return halves.log || (halves.plain() && fstatat(service, layout::log, &facts, 0) == 0 &&
                        S_ISREG(facts.st_mode));
}

void append_log(Page& page, const char* name, const Snapshot& snapshot, Halves halves) {
  const bool supervised = snapshot.probe.found == Probe::Found::supervised;
  if (snapshot.has_log) {
    page.append(name, " log: ");
    append_probe(page, snapshot.log_probe, snapshot.log);
  } else if (halves.log && !halves.main) {
    page.append(name, ": ");
    if (supervised)
      page.append("no log service\n");
    else
      append_probe(page, snapshot.probe, snapshot.log);
  }
}

// False if there is no such service, or nothing can be said about it.
bool append_service(Page& page, const Places& places, const char* name, Halves halves) {
  static constinit Snapshot snapshot;
  const Fd service = open_service(places, name);
  if (!service) {
    page.append(name, ": unable to chdir: ", error_text(errno), "\n");
    return false;
  }
  take_snapshot(snapshot, places, name, service.get());
  if (halves.plain() || halves.main) {
    page.append(name, ": ");
    append_probe(page, snapshot.probe, snapshot.main);
  }
  if (shows_log(service.get(), halves)) append_log(page, name, snapshot, halves);
  return snapshot.probe.found == Probe::Found::supervised || is_unsupervised(snapshot.probe);
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svstat"});
  block_standard_descriptors();
  Halves halves;
  Options options(argc, argv, &about);
  while (const char option = options.next()) {
    if (option == 'l')
      halves.main = true;
    else if (option == 'L')
      halves.log = true;
    else
      options.refuse(option);
  }

  static constinit Printer printer;
  const Places places = Places::of_paths();
  bool all = true;
  for (char** name = options.arguments(); *name != nullptr; ++name) {
    all = append_service(printer.page, places, *name, halves) && all;
    printer.make_room();
  }
  printer.finish();
  return all ? 0 : exit_trouble;
}
