// SPDX-License-Identifier: ISC
// jail: run a program in a sandbox. See jail(8).
#include "jail/jail.hh"
#include "base/origin.hh"

#include <cstdlib>

#include "base/report.hh"
#include "chain/run_next.hh"
#include "jail/about.hh"
#include "jail/options.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  set_tool("jail");
  const char* const path = getenv("PATH");

  static constinit Jail jail;
  Options options(argc, argv, &jail_about);
  read_jail_options(jail, options);
  if (options.count() == 0) usage(jail_about.synopsis);

  if (jail.explain) {
    explain_jail(jail);
    return 0;
  }
  enter_jail(jail);
  run_next(options.arguments(), path, daemontools_wording);
}
