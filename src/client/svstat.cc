// SPDX-License-Identifier: ISC
// svstat: show the status of services in daemontools' format. See svstat(8).
#include <cerrno>

#include "base/options.hh"
#include "base/report.hh"
#include "client/printer.hh"
#include "client/show.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr std::string_view synopsis = "svstat [-lL] dir ...";

// Which of the two to show. Without an option, the line is exactly daemontools'.
struct Halves {
  bool main = false;
  bool log = false;
  bool plain() const { return !main && !log; }
};

void append_probe(Page& page, const Probe& probe, const View& view, bool plain) {
  switch (probe.found) {
  case Probe::Found::left: page.append("supervise not running\n"); return;
  case Probe::Found::trouble: page.append(trouble_text(probe).view(), "\n"); return;
  case Probe::Found::supervised: break;
  }
  append_svstat(page, view);
  if (!plain && view.own != nullptr) {
    if (view.runit.pid != 0 && view.runit.want == '\0') page.append(", once");
    if (state_of(view) != State::failed) page.append(", ", encore_word(view));
  }
  page.append("\n");
}

void append_service(Page& page, const Places& places, const char* name, Halves halves) {
  static constinit Snapshot snapshot;
  const Fd service = open_service(places, name);
  if (!service) {
    page.append(name, ": unable to chdir: ", error_text(errno), "\n");
    return;
  }
  take_snapshot(snapshot, places, name, service.get());
  if (halves.plain() || halves.main) {
    page.append(name, ": ");
    append_probe(page, snapshot.probe, snapshot.main, halves.plain());
  }
  if (!halves.log) return;
  page.append(name, " log: ");
  if (snapshot.probe.found == Probe::Found::supervised && !snapshot.has_log)
    page.append("no log service\n");
  else
    append_probe(page, snapshot.has_log ? snapshot.log_probe : snapshot.probe, snapshot.log, false);
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svstat"});
  Halves halves;
  Options options(argc, argv);
  while (const char option = options.next()) {
    if (option == 'l')
      halves.main = true;
    else if (option == 'L')
      halves.log = true;
    else
      usage(synopsis);
  }

  static constinit Printer printer;
  const Places places = Places::of_paths();
  for (char** name = options.arguments(); *name != nullptr; ++name) {
    append_service(printer.page, places, *name, halves);
    printer.make_room();
  }
  return printer.flush() ? 0 : exit_trouble;
}
