// SPDX-License-Identifier: ISC
// fghack: wait for a program that puts itself into the background. See fghack(8).
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/run_next.hh"

namespace stoker {

namespace {

// Too many for a daemon that closes only the descriptors it expects.
constexpr int copies = 30;

[[noreturn]] void become_child(Pipe pipe, char** argv) {
  pipe.read.reset();
  for (int i = 0; i < copies; ++i) static_cast<void>(dup(pipe.write.get()));
  pipe.write.reset();
  run_next(argv, getenv("PATH"), daemontools_wording);
}

// Until the other end is closed: then all descendants of the child have exited.
void wait_for_end(int fd) {
  char ignored[256];
  for (;;) {
    const ssize_t got = read(fd, ignored, sizeof ignored);
    if (got == 0 || (got < 0 && errno != EINTR)) return;
  }
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"fghack child",
                        "Run a program, and wait until all that it has started has ended.\n"};
  set_tool("fghack");
  answer_alone(about, argc, argv);
  if (argc < 2) usage(about.synopsis);

  Pipe pipe = make_pipe();
  if (!pipe) die_errno({"unable to create pipe"});
  const pid_t pid = fork();
  if (pid < 0) die_errno({"unable to fork"});
  if (pid == 0) become_child(std::move(pipe), argv + 1);
  pipe.write.reset();
  wait_for_end(pipe.read.get());

  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) die_errno({"wait failed"});
  if (!WIFEXITED(status)) die({"child crashed"});
  return WEXITSTATUS(status);
}
