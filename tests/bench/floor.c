/* SPDX-License-Identifier: ISC */
/* What starting processes costs at the least: starts so many of a program, and waits. */
#include <stdlib.h>
#include <unistd.h>

extern char** environ;

int main(int argc, char** argv) {
  if (argc != 3) return 100;
  char* const command[] = {argv[2], NULL};
  for (int left = atoi(argv[1]); left > 0; --left) {
    const pid_t pid = vfork();
    if (pid == 0) {
      execve(argv[2], command, environ);
      _exit(111);
    }
    if (pid < 0) return 111;
  }
  for (;;) pause();
}
