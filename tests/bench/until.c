/* SPDX-License-Identifier: ISC */
/* until PID SIGNAL TARGET: sends TARGET the signal, and prints how many microseconds later the
   process PID has ended. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

int main(int argc, char** argv) {
  if (argc != 4) return 100;
  struct pollfd end = {(int)syscall(SYS_pidfd_open, atoi(argv[1]), 0), POLLIN, 0};
  const long long began = now();
  if (end.fd < 0 || kill(atoi(argv[3]), atoi(argv[2])) != 0) return 111;
  if (poll(&end, 1, 20000) != 1) return 111;
  printf("%lld\n", now() - began);
  return 0;
}
