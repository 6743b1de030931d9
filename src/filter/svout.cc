// SPDX-License-Identifier: ISC
// svout: copy lines to standard output with a name in front. See svout(8).
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/fd.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "filter/line_prefixer.hh"

namespace {

using namespace stoker;

constexpr About about{"svout [-dj] name",
                      "Copy lines to standard output with a name in front of each.\n"
                      "  -d  drop lines while the reader is slow\n"
                      "  -j  write a JSON object for each line\n"};

constinit LinePrefixer prefixer;
constinit bool all_written = true;

// A writable pipe takes PIPE_BUF bytes at once.
bool is_taken_at_once() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1;
}

// Writes whole blocks; with `drops`, those that the pipe does not take are dropped and counted.
void put(std::string_view block, bool drops) {
  if (drops && !is_taken_at_once()) return prefixer.note_lost(block);
  if (write_all(STDOUT_FILENO, block)) return;
  // Another process has made the descriptor non-blocking.
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  while (errno == EAGAIN && poll(&out, 1, -1) >= 0)
    if (write_all(STDOUT_FILENO, block)) return;
  // There is no reader left, or no room; the service must not suffer from that.
  all_written = false;
}

}  // namespace

int main(int argc, char** argv) {
  set_program({"svout"});
  bool drops = false, json = false;
  Options options(argc, argv, &about);
  while (const char option = options.next()) switch (option) {
    case 'd': drops = true; break;
    case 'j': json = true; break;
    default: options.refuse(option);
    }
  if (options.count() != 1) usage(about.synopsis);
  // It runs until all writers are gone, so that no line is lost.
  for (const int number : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) signal(number, SIG_IGN);
  prefixer.begin(options.arguments()[0], json);
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, prefixer.room().data(), prefixer.room().size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) die_errno({"unable to read standard input"});
    prefixer.took(static_cast<size_t>(got));
    const bool ends = got == 0;
    for (auto block = prefixer.next(ends); !block.empty(); block = prefixer.next(ends))
      put(block, drops);
    if (ends) return all_written ? 0 : exit_trouble;
  }
}
