// SPDX-License-Identifier: ISC
// latency FILE LOGGER WORDS...: the median time in microseconds from the write of one line to
// the logger until it is in the file.
#include <sys/stat.h>

#include "ground.hh"

using namespace stoker::bench;

namespace {

off_t size_of(const char* path) {
  struct stat facts {};
  return stat(path, &facts) == 0 ? facts.st_size : 0;
}

void await_growth(const char* path, off_t from) {
  for (const Nanoseconds began = now(); size_of(path) <= from;)
    if (now() - began > 5'000'000'000LL) die("the line did not come");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) die("usage: latency FILE LOGGER WORDS...");
  int ends[2];
  if (pipe(ends) != 0) die("no pipe");
  const pid_t logger = fork();
  if (logger == 0) {
    dup2(ends[0], 0);
    close(ends[0]);
    close(ends[1]);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  std::vector<double> times;
  for (int line = 0; line < 300; ++line) {
    const off_t before = size_of(argv[1]);
    // Long enough for the logger to sleep again.
    usleep(2000);
    const Nanoseconds written = now();
    if (write(ends[1], "one line of some words\n", 23) != 23) die("unable to write");
    await_growth(argv[1], before);
    if (line > 0) times.push_back(static_cast<double>(now() - written) / 1e3);
  }
  kill(logger, SIGKILL);
  std::printf("%.0f\n", median(times));
}
