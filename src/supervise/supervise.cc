// SPDX-License-Identifier: ISC
// supervise: keep one service and its logger running. See supervise(8).
#include <unistd.h>

#include <new>

#include "base/report.hh"
#include "supervise/supervisor.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  Manners manners = manners_of(argc > 0 ? argv[0] : "");
  // As under `runsvdir -P`: then each service gets a session too.
  if (getsid(0) == getpid()) manners.own_session = true;
  set_program({manners.name});
  if (argc == 3 && std::string_view(argv[1]) == "--can-take-over")
    return StateDirectory::can_take_over(argv[2]) ? 0 : exit_trouble;
  // To runit, an empty word is a directory that is not there.
  const bool valid = argc == 2 && (argv[1][0] != '\0' || manners.dialect == Dialect::runsv);
  if (!valid && manners.dialect == Dialect::runsv) usage_runit("runsv dir", manners.misuse);
  if (!valid) usage("supervise dir", manners.misuse);
  set_program({manners.name, " ", argv[1]});

  // Not on the stack, which is given back where it can be.
  alignas(Supervisor) static std::byte memory[sizeof(Supervisor)];
  Supervisor& supervisor = *new (memory) Supervisor(manners);
  supervisor.set_up(argv[0], argv[1]);
  return supervisor.run() ? 0 : exit_trouble;
}
