// SPDX-License-Identifier: ISC
// supervise: keep one service and its logger running. See supervise(8).
#include <unistd.h>

#include <new>

#include "base/about.hh"
#include "base/report.hh"
#include "supervise/left_state.hh"
#include "supervise/supervisor.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  Personality personality = personality_of(argc > 0 ? argv[0] : "");
  // As under `runsvdir -P`: then each service gets a session too.
  if (getsid(0) == getpid()) personality.own_session = true;
  set_program({personality.name});
  if (argc == 3 && std::string_view(argv[1]) == "--can-take-over")
    return can_take_over(argv[2]) ? 0 : exit_trouble;
  const bool is_runsv = personality.called_as == CalledAs::runsv;
  const About about{is_runsv ? "runsv dir" : "supervise dir",
                    "Keep the service in a directory and its logger running.\n"};
  answer_alone(about, argc, argv);
  // To runit, an empty word is a directory that is not there.
  const bool valid = argc == 2 && (argv[1][0] != '\0' || is_runsv);
  if (!valid && is_runsv) usage_runit(about.synopsis, personality.misuse);
  if (!valid) usage(about.synopsis, personality.misuse);
  set_program({personality.name, " ", argv[1]});

  // Not on the stack, which is given back where it can be.
  alignas(Supervisor) static std::byte memory[sizeof(Supervisor)];
  Supervisor& supervisor = *new (memory) Supervisor(personality);
  supervisor.set_up(argv[0], argv[1]);
  return supervisor.run() ? 0 : exit_trouble;
}
