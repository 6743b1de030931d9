// SPDX-License-Identifier: ISC
#include "scan/main_process.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <numeric>

#include "base/become.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/report.hh"
#include "scan/shutdown.hh"

namespace stoker {

namespace {

// As shells and other inits have them.
constexpr int exit_not_found = 127, exit_cannot_execute = 126;

constexpr std::string_view listen_pid = "LISTEN_PID", listen_count = "LISTEN_FDS";
constexpr std::array socket_numbers = [] {
  std::array<int, 128> numbers{};
  std::iota(numbers.begin(), numbers.end(), STDERR_FILENO + 1);
  return numbers;
}();

size_t count_of_sockets(const Environment& environment) {
  const char* const pid = environment.get(listen_pid);
  const char* const count = environment.get(listen_count);
  if (pid == nullptr || count == nullptr || parse_number<pid_t>(pid) != getpid()) return 0;
  return std::min(parse_number<size_t>(count).value_or(0), socket_numbers.size());
}

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
void MainProcess::become_main() {
  end_with_parent(parent_);
  setpgid(0, 0);
  if (isatty(input_.get()) == 1) tcsetpgrp(input_.get(), getpid());
  listen_pid_ = Text<32>(listen_pid, "=", getpid());
}

bool MainProcess::start(Environment& environment, int directory, const ::rlimit* open_files) {
  had_ = true;
  parent_ = getpid();
  const size_t sockets = count_of_sockets(environment);
  // The child fills in its own number.
  listen_pid_ = Text<32>(listen_pid, "=");
  char* const ours = sockets > 0 ? environment.set(listen_pid_.data()) : nullptr;
  const auto in_child = [this] { become_main(); };
  const Spawned child = spawn({
      .argv = argv_,
      .environment = environment.entries(),
      .directory = directory,
      .standard_input = input_.get(),
      .kept = std::span(socket_numbers).first(sockets),
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
