// SPDX-License-Identifier: ISC
// svok: is a supervisor running for these services? See svok(8).
#include <cerrno>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "client/printer.hh"
#include "client/service_handle.hh"
#include "service/control.hh"

namespace stoker {

namespace {

constexpr About about{"svok dir ...",
                      "Exit 0 if a supervisor is running for each service, and 100 if not.\n"};

bool is_supervised(const Places& places, const char* name) {
  const Fd service = open_service(places, name);
  if (!service) die_errno({"unable to chdir to ", name});
  // The content of its status is irrelevant.
  const Fd state = open_state(places, name, service.get());
  const Presence found = state ? presence(state.get()) : Presence::unknown;
  if (found == Presence::running) return true;
  if (found == Presence::absent || errno == ENOENT) return false;
  die_errno({"unable to open ", name, "/supervise/ok"});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svok"});
  block_standard_descriptors();
  answer_alone(about, argc, argv);
  if (argc < 2) usage(about.synopsis);
  const Places places = Places::of_paths();
  bool all = true;
  for (char** name = argv + 1; *name != nullptr; ++name) all = is_supervised(places, *name) && all;
  return all ? 0 : exit_misuse;
}
