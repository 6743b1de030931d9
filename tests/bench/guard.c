/* SPDX-License-Identifier: ISC */
/* guard COMMAND...: kills everything that the command started when it exits, or on INT,
   TERM or HUP. */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Parents first, so that none of them restarts what is killed. */
static void kill_below(int parent) {
  char path[64];
  int child;
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
  FILE* const children = fopen(path, "r");
  if (children == NULL) return;
  while (fscanf(children, "%d", &child) == 1) {
    kill(child, SIGKILL);
    kill_below(child);
  }
  fclose(children);
}

/* We become the parent of their orphans, which are killed in the next round. */
static void kill_all(void) {
  pid_t pid;
  do {
    kill_below(getpid());
    usleep(1000);
    do pid = waitpid(-1, NULL, WNOHANG);
    while (pid > 0);
  } while (pid == 0);
}

static int code_of(pid_t command, const sigset_t* heard) {
  for (;;) {
    pid_t pid;
    int status;
    const int signal = sigwaitinfo(heard, NULL);
    if (signal > 0 && signal != SIGCHLD) return 128 + signal;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
      if (pid == command) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

int main(int argc, char** argv) {
  const int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
  sigset_t heard;
  if (argc < 2) return 100;
  sigemptyset(&heard);
  for (int i = 0; i < 4; ++i) {
    /* A shell makes its background jobs ignore INT. */
    signal(signals[i], SIG_DFL);
    sigaddset(&heard, signals[i]);
  }
  sigprocmask(SIG_BLOCK, &heard, NULL);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const pid_t command = fork();
  if (command == 0) {
    sigprocmask(SIG_UNBLOCK, &heard, NULL);
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  const int code = command < 0 ? 111 : code_of(command, &heard);
  kill_all();
  return code;
}
