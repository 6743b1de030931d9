// SPDX-License-Identifier: ISC
#include "scan/main_process.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/become.hh"
#include "base/report.hh"
#include "scan/end_course.hh"

namespace stoker {

namespace {

// As shells and other inits have them.
constexpr int exit_not_found = 127, exit_cannot_execute = 126;

}  // namespace

void MainProcess::set_up(char* const* argv, int trouble_code) {
  if (argv == nullptr) return;
  argv_ = argv;
  constexpr int first_free = 3;
  input_ = Fd(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, first_free));
  const Fd nothing = open_read(AT_FDCWD, "/dev/null");
  if (!input_ || !nothing || dup2(nothing.get(), STDIN_FILENO) < 0)
    die_errno({"unable to open /dev/null"}, trouble_code);
}

// In the child, where all signals are blocked, so that being in the background does no harm.
// That there is no terminal, or that it is not ours, does none either.
void MainProcess::take_terminal(void* self) {
  const int terminal = static_cast<MainProcess*>(self)->input_.get();
  setpgid(0, 0);
  if (isatty(terminal) == 1) tcsetpgrp(terminal, getpid());
}

bool MainProcess::start(char* const* environment, int directory, const ::rlimit* open_files) {
  had_ = true;
  const Spawned child = spawn({
      .argv = argv_,
      .environment = environment,
      .directory = directory,
      .standard_input = input_.get(),
      .in_child = take_terminal,
      .context = this,
      .open_files = open_files,
  });
  if (child.pid < 0) {
    warn_errno({"unable to fork for ", argv_[0]});
    return false;
  }
  pid_ = child.pid;
  if (child.error != 0) {
    not_executed_ = child.error == ENOENT ? exit_not_found : exit_cannot_execute;
    say("fatal", {"unable to run ", argv_[0]}, child.error);
  }
  // Whoever feeds it shall see that it has ended. A terminal is given back.
  if (isatty(input_.get()) != 1) input_.reset();
  return true;
}

void MainProcess::signal(int number) const { signal_process(pid_, number); }

int MainProcess::end(int wait_status) {
  pid_ = 0;
  const SignalsBlocked blocked;
  if (input_) tcsetpgrp(input_.get(), getpgrp());
  input_.reset();
  return not_executed_ != 0 ? not_executed_ : exit_code_of(wait_status);
}

}  // namespace stoker
