// SPDX-License-Identifier: ISC
#include "filter/stdout_buffer.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constinit size_t used = 0;
char output[65536];
char input[65536];

}  // namespace

void flush_out() {
  const std::string_view text(output, used);
  used = 0;
  if (!write_all(STDOUT_FILENO, text)) _exit(exit_trouble);
}

void put_out(std::string_view text) {
  while (!text.empty()) {
    if (used == sizeof output) flush_out();
    const size_t fits = std::min(text.size(), sizeof output - used);
    memcpy(output + used, text.data(), fits);
    used += fits;
    text.remove_prefix(fits);
  }
}

std::string_view read_in() {
  flush_out();
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, input, sizeof input);
    if (got >= 0) return {input, static_cast<size_t>(got)};
    if (errno != EINTR) _exit(exit_trouble);
  }
}

}  // namespace stoker
