// SPDX-License-Identifier: ISC
// envini: run a program with an environment kept in an INI file. See envini(8).
#include <cstdlib>

#include "base/options.hh"
#include "base/report.hh"
#include "chain/ini_file.hh"
#include "chain/run_next.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr char synopsis[] = "envini [-p prefix] file child";
  set_program({"envini"});

  const char* const path = getenv("PATH");
  const char* prefix = "";
  Options options(argc, argv);
  while (const char letter = options.next()) {
    prefix = letter == 'p' ? options.value() : nullptr;
    if (prefix == nullptr) usage(synopsis);
  }
  if (options.count() < 2) usage(synopsis);

  apply_ini_file(options.arguments()[0], prefix);
  run_next(options.arguments() + 1, path, daemontools_wording);
}
