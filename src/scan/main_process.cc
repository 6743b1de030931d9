// SPDX-License-Identifier: ISC
#include "scan/main_process.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/process.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "base/standard_input.hh"
#include "net/activation.hh"
#include "scan/shutdown.hh"

namespace stoker {

namespace {

// As shells and other inits have them.
constexpr int exit_not_found = 127, exit_cannot_execute = 126;

}  // namespace

void MainProcess::set_up(char* const* argv, int trouble_code) {
  const bool is_typed = isatty(STDIN_FILENO) == 1;
  argv_ = argv;
  if (argv == nullptr && !is_typed) return;
  if (argv != nullptr) {
    constexpr int first_free = 3;
    input_ = Fd(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, first_free));
    terminal_.open(STDIN_FILENO);
    // What reads from its output may be a pager, which has the terminal.
    struct stat output {};
    wants_front_ = is_typed && fstat(STDOUT_FILENO, &output) == 0 && !S_ISFIFO(output.st_mode);
  }
  if ((argv != nullptr && !input_) || !leave_standard_input())
    die_errno({"unable to open /dev/null"}, trouble_code);
}

// In the child, where all signals are blocked, so that being in the background does no harm.
void MainProcess::become_main(bool in_front) {
  end_with_parent(parent_);
  setpgid(0, 0);
  if (in_front) static_cast<void>(terminal_.give(getpid()));
  listen_pid_ = Text<32>(activation::pid, "=", getpid());
}

bool MainProcess::start(Environment& environment, int directory, const ::rlimit* open_files) {
  had_ = true;
  parent_ = getpid();
  const std::span<const int> sockets = activated_sockets(environment, getpid());
  // The child fills in its own number.
  listen_pid_ = Text<32>(activation::pid, "=");
  char* const ours = !sockets.empty() ? environment.set(listen_pid_.data()) : nullptr;
  const bool in_front = wants_front_ && terminal_.is_ours();
  const auto in_child = [this, in_front] { become_main(in_front); };
  const Spawned child = spawn({
      .argv = argv_,
      .environment = environment.entries(),
      .directory = directory,
      .standard_input = input_.get(),
      .kept = sockets,
      .in_child = in_child,
      .open_files = open_files,
  });
  if (ours != nullptr) environment.set(ours);
  if (child.pid < 0) {
    warn_errno({"unable to fork for ", argv_[0]});
    return false;
  }
  pid_ = child.pid;
  if (child.error != 0) {
    not_executed_ = child.error == ENOENT ? exit_not_found : exit_cannot_execute;
    say("fatal", {"unable to run ", argv_[0]}, child.error);
  }
  input_.reset();  // whoever feeds it shall see that it has ended
  return true;
}

void MainProcess::signal(int number) const { signal_process(pid_, number); }

void MainProcess::ask_to_end(int number) const {
  signal(number);
  if (!signal_group(pid_, SIGCONT)) signal(SIGCONT);
}

// --- The job ----------------------------------------------------------------

void MainProcess::stop() const {
  if (runs())
    signal_group(pid_, SIGTSTP);
  else
    stop_until_continued(SIGTSTP);
}

void MainProcess::look(bool ends) const {
  siginfo_t info{};
  if (!runs() || !has_terminal()) return;
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0)
    return;
  const int signal = info.si_status;
  const bool wants_terminal = signal == SIGTTIN || signal == SIGTTOU;
  if (ends || (wants_terminal && terminal_.is_ours() && terminal_.give(pid_))) return resume();
  stop_together(signal);
}

// One that somebody has stopped otherwise stays so where we cannot stop with it.
void MainProcess::stop_together(int signal) const {
  const bool wants_terminal = signal == SIGTTIN || signal == SIGTTOU;
  terminal_.take_back(pid_);
  const bool stopped = stop_until_continued(wants_terminal ? signal : SIGTSTP);
  const bool is_ours = terminal_.is_ours() && (wants_front_ || wants_terminal);
  const bool has_it = is_ours && terminal_.give(pid_);
  if (stopped || signal == SIGTSTP || (wants_terminal && has_it)) resume();
}

int MainProcess::end(int wait_status) {
  terminal_.take_back(std::exchange(pid_, 0));
  return not_executed_ != 0 ? not_executed_ : exit_code_of(wait_status);
}

}  // namespace stoker
