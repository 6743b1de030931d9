// SPDX-License-Identifier: ISC
// readproctitle: show the end of a log in the process list. See readproctitle(8).
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/about.hh"
#include "base/report.hh"
#include "filter/title.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"readproctitle word ... dots",
                        "Show the latest input in the process list, in place of the dots.\n"};
  set_program({"readproctitle"});
  answer_alone(about, argc, argv);
  if (argc < 2) return exit_misuse;
  // ps(1) shows this memory.
  const std::span<char> title(argv[argc - 1], strlen(argv[argc - 1]));
  if (title.size() < shortest_title) return exit_misuse;
  std::fill(title.begin(), title.end(), '.');

  char read_bytes[256];
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, read_bytes, sizeof read_bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return exit_trouble;
    if (got == 0) return 0;
    push_into_title(title, {read_bytes, static_cast<size_t>(got)});
  }
}
