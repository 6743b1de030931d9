// SPDX-License-Identifier: ISC
// svscan: watch a directory and keep one supervisor running for each service in it.
// See svscan(8).
#include <new>

#include "base/parse.hh"
#include "base/report.hh"
#include "scan/scan_options.hh"
#include "scan/scanner.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  // How a running svscan finds out whether this program can take its place.
  if (argc == 2 && std::string_view(argv[1]) == "--can-take-over") return 0;
  const std::string_view called = base_name(argc > 0 ? argv[0] : "");
  const bool runsvdir = called == scan_personalities[1].name;
  const ScanPersonality& personality = scan_personalities[runsvdir ? 1 : 0];
  set_program({personality.name});
  const ScanOptions options = read_scan_options(personality, argc, argv);
  if (runsvdir) set_program({personality.name, " ", options.directory});
  // Not on the stack, which is given back; and what the process has at its end, the system takes.
  alignas(Scanner) static std::byte memory[sizeof(Scanner)];
  Scanner& scanner = *new (memory) Scanner(personality, options);
  scanner.set_up(argv);
  return scanner.run();
}
