// SPDX-License-Identifier: ISC
// setuser: run a program as a user would who logged in. See setuser(8).
#include <unistd.h>

#include <cstdlib>

#include "base/about.hh"
#include "base/options.hh"
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/identity.hh"
#include "chain/run_next.hh"
#include "chain/variables.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"setuser account child",
                        "Run a program as a user, with that user's environment and directory.\n"};
  set_tool("setuser");
  answer_alone(about, argc, argv);
  if (argc < 3) {
    report_stray_option(about, argc, argv);
    usage(about.synopsis);
  }

  const char* const path = getenv("PATH");
  const Account account = look_up_account(argv[1], daemontools_wording);
  set_variable("HOME", account.home.c_str());
  set_variable("SHELL", account.shell.c_str());
  set_variable("USER", account.name.c_str());
  set_id_variables(account);
  become_user(account, true, daemontools_wording);
  if (chdir(account.home.c_str()) != 0) die_errno({"unable to change directory to ", account.home});
  run_next(argv + 2, path, daemontools_wording);
}
