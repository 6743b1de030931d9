/* SPDX-License-Identifier: ISC */
/* The minimum cost of starting processes: starts a number of each program, and waits. */
#include <stdlib.h>
#include <unistd.h>

extern char** environ;

static int start(int count, char* program) {
  char* const command[] = {program, NULL};
  for (; count > 0; --count) {
    const pid_t pid = vfork();
    if (pid == 0) {
      execve(program, command, environ);
      _exit(111);
    }
    if (pid < 0) return 0;
  }
  return 1;
}

int main(int argc, char** argv) {
  for (int at = 1; at + 1 < argc; at += 2)
    if (!start(atoi(argv[at]), argv[at + 1])) return 111;
  for (;;) pause();
}
