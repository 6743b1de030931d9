// SPDX-License-Identifier: ISC
#include "base/about.hh"

#include <unistd.h>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/version.hh"

namespace stoker {

namespace {

[[noreturn]] void print(Words words) {
  for (const std::string_view word : words)
    if (!write_all(STDOUT_FILENO, word)) die_errno({"unable to write to standard output"});
  _exit(0);
}

}  // namespace

void print_help(const About& about) {
  std::string_view rest = about.synopsis;
  print({"usage: ", about.synopsis, "\n", about.help, "See ", next_word(rest), "(", about.section,
         ").\n"});
}

void print_version(std::string_view program) { print({program, " (Stoker) ", version, "\n"}); }

void answer_word(const About& about, std::string_view word) {
  std::string_view rest = about.synopsis;
  if (word == "--help") print_help(about);
  if (word == "--version") print_version(next_word(rest));
}

void answer_alone(const About& about, int argc, char** argv) {
  if (argc == 2) answer_word(about, argv[1]);
}

}  // namespace stoker
