// SPDX-License-Identifier: ISC
// The tests run in a child; this process is their warden. When they end, crash or
// hang, it kills whatever they have started and removes their files.
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "catch.hh"
#include "process.hh"

namespace {

int wait_for(pid_t tests) {
  int status = 0;
  while (waitpid(tests, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  if (WTERMSIG(status) == SIGALRM) std::fprintf(stderr, "the tests hang\n");
  return 128 + WTERMSIG(status);
}

// The tests have a thread that reaps; here it is done by hand.
void clear_away() {
  for (;;) {
    for (const pid_t pid : stoker::test::children_of(getpid())) kill(pid, SIGKILL);
    if (waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = stoker::test::play_part(argc, argv)) return *code;
  // What make and others have left open is no business of the programs under test.
  for (int fd = 3; fd < 256; ++fd) close(fd);
  const char* const temporary = getenv("TMPDIR");
  std::string home = std::string(temporary ? temporary : "/tmp") + "/stoker-XXXXXX";
  if (mkdtemp(home.data()) == nullptr) {
    std::perror(home.c_str());
    return 1;
  }
  // Some programs under test run as other users.
  chmod(home.c_str(), 0755);
  setenv("TMPDIR", home.c_str(), 1);
  prctl(PR_SET_CHILD_SUBREAPER, 1);

  const pid_t tests = fork();
  if (tests == 0) {
    alarm(static_cast<unsigned>(stoker::test::whole_timeout / std::chrono::seconds(1)));
    return stoker::test::run_tests(argc, argv);
  }
  signal(SIGINT, SIG_IGN);
  const int code = wait_for(tests);
  clear_away();
  std::error_code error;
  std::filesystem::remove_all(home, error);
  return code;
}
