// SPDX-License-Identifier: ISC
// stoker-init: process 1 of an appliance. See stoker-init(8).
#include <unistd.h>

#include "base/about.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "init/boot_words.hh"
#include "init/init.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"stoker-init"});
  if (getpid() != 1) {
    constexpr About about{"stoker-init [word ...]",
                          "Process 1 of an appliance; the words are those of the kernel.\n"};
    answer_alone(about, argc, argv);
    report_stray_option(about, argc, argv);
    if (argc > 1) usage(about.synopsis);
    die({"must be run as process 1"});
  }
  Init init(boot_want_of(std::span(argv + (argc > 0 ? 1 : 0), argv + argc)));
  init.set_up(argv[0]);
  init.run();
}
