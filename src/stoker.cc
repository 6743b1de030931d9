// SPDX-License-Identifier: ISC
// stoker: all programs in one executable, which selects one by argv[0]. See stoker(7).
#include <unistd.h>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"

// The Makefile defines the list: PROGRAMS(X) is X(name, function) for each program and its main(),
// LINKS(X) the same for each name of another suite.
#define DECLARE(name, function) extern "C" int function(int argc, char** argv);
PROGRAMS(DECLARE)

namespace stoker {

namespace {

struct Program {
  std::string_view name;
  int (*main)(int argc, char** argv);
};

#define PROGRAM(name, function) {#name, function},
constexpr Program programs[] = {PROGRAMS(PROGRAM) LINKS(PROGRAM)};

const Program* find(std::string_view name) {
  for (const Program& program : programs)
    if (program.name == name) return &program;
  return nullptr;
}

int list() {
  Text<1000> names;
  for (const Program& program : programs) names.append(program.name, "\n");
  return write_all(STDOUT_FILENO, names) ? 0 : exit_trouble;
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  if (argc < 1) return exit_misuse;
  if (const Program* const program = find(base_name(argv[0]))) return program->main(argc, argv);
  constexpr About about{"stoker [program [argument ...]]",
                        "Run a program of Stoker. Without one, list them.\n", "7"};
  set_program({"stoker"});
  if (argc == 1) return list();
  answer_word(about, argv[1]);
  const Program* const program = find(base_name(argv[1]));
  if (program == nullptr) die({"unknown program '", argv[1], "': see stoker --help"}, exit_misuse);
  return program->main(argc - 1, argv + 1);
}
