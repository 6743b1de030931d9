// SPDX-License-Identifier: ISC
#include "init/init.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "init/kernel.hh"

namespace stoker {

namespace {

// The kernel starts PID 1 without PATH.
char usual_path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

enum { from_control, from_ready, poll_count };

// Exit codes of the process that calls reboot(2).
constexpr int exit_not_allowed = 1, exit_failed = 2;

bool is_caught_by_init(int signal) {
  return power_by_signal(signal) || signal == SIGCHLD || signal == SIGPIPE;
}

// Is `path` a FIFO, and the same one as `fd`, if that is open?
bool is_fifo(int fd, const char* path) {
  struct stat named {
  }, open{};
  if (stat(path, &named) != 0 || !S_ISFIFO(named.st_mode)) return false;
  if (fd < 0) return true;
  return fstat(fd, &open) == 0 && is_same_file(open, named);
}

Text<32> describe(int status) {
  return ending_text(WEXITSTATUS(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

}  // namespace

// --- Set-up -------------------------------------------------------------------

void Init::set_up(const char* argv0) {
  fill_standard_descriptors();
  seal_descriptors();
  catch_signals_if(is_caught_by_init);
  umask(022);
  if (chdir("/") != 0) warn_errno({"unable to change to /"});
  setsid();
  mount_standard_file_systems();
  console_.open();
  if (!is_in_container()) take_ctrl_alt_del();
  // If there is no memory even for this, children get an empty environment.
  if (!environment_.adopt_process())
    warn_errno({"unable to copy the environment"});
  else if (environment_.get("PATH") == nullptr)
    environment_.set(usual_path);
  find_scanner(argv0);
  open_control();
}

// All programs of this suite are installed in one directory.
void Init::find_scanner(const char* argv0) {
  scanner_ = PathText("svscan");
  const PathText self = program_path(argv0);
  const size_t slash = self.view().rfind('/');
  if (slash == std::string_view::npos) return;
  const PathText beside(std::string_view(self.c_str(), slash), "/svscan");
  if (!beside.truncated() && is_executable(AT_FDCWD, beside.c_str())) scanner_ = beside;
}

// Also called before services are started: the boot hook may have mounted something on /run.
void Init::open_control() {
  if (control_read_ && is_fifo(control_read_.get(), init_control)) return;
  mkdir(init_directory, 0755);
  if (mkfifo(init_control, 0600) != 0 && errno == EEXIST && !is_fifo(-1, init_control)) {
    unlink(init_control);
    mkfifo(init_control, 0600);
  }
  control_read_ = open_read(AT_FDCWD, init_control);
  // If nobody had it open for writing, poll would report end of file forever; likewise for a file
  // that is not a FIFO.
  control_write_ = open_write(AT_FDCWD, init_control);
  if (control_read_ && control_write_ && is_fifo(control_read_.get(), init_control)) return;
  warn_errno({"unable to create ", init_control, "; only signals are accepted"});
  control_read_.reset();
  control_write_.reset();
}

// --- The loop -----------------------------------------------------------------

void Init::run() {
  perform_all(machine_.start(now()));
  for (;;) {
    pollfd fds[poll_count];
    fds[from_control] = {control_read_.get(), POLLIN, 0};
    fds[from_ready] = {ready_.get(), POLLIN, 0};
    wait_until(fds, machine_.deadline());
    // Handle readiness before the exit of svscan.
    if (fds[from_ready].revents != 0) read_ready();
    take_signals();
    if (fds[from_control].revents != 0) read_control();
    reap_all();
    perform_all(machine_.alarm(now()));
    const InitStage stage = machine_.stage();
    if ((stage == InitStage::terminating || stage == InitStage::killing) && !has_children())
      perform_all(machine_.all_ended(now()));
  }
}

void Init::take_signals() {
  while (const int number = next_signal())
    if (const auto power = power_by_signal(number)) ask(*power);
}

void Init::read_control() {
  char letters[64];
  ssize_t got = 0;
  while ((got = read(control_read_.get(), letters, sizeof letters)) > 0)
    for (const char letter : std::string_view(letters, static_cast<size_t>(got)))
      if (const auto power = power_by_letter(letter)) ask(*power);
}

void Init::read_ready() {
  char byte = 0;
  const ssize_t got = read(ready_.get(), &byte, 1);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  ready_.reset();
  if (got == 1) perform_all(machine_.services_ready(now()));
}

void Init::ask(Power power) {
  say("info", {power_name(power), " requested"});
  read_limits();
  perform_all(machine_.ask(power, now()));
}

void Init::reap_all() {
  while (const auto death = reap()) {
    if (death->pid == child_) {
      child_ = 0;
      // It may have asked for the shutdown, and was the last that we waited for.
      if (control_read_) read_control();
      const bool well = death->status == 0;
      if (machine_.stage() == InitStage::booting && !well && !not_executed_)
        warn({boot_hook, " failed: ", describe(death->status)});
      perform_all(machine_.child_ended(well, now()));
    } else if (death->pid == services_) {
      services_ = 0;
      read_ready();
      if (!machine_.is_ending()) warn({"svscan ", describe(death->status)});
      perform_all(machine_.services_ended(WIFSIGNALED(death->status), now()));
    } else if (death->pid == last_) {
      handle_last_exit(death->status);
    }
  }
}

// --- Actions ------------------------------------------------------------------

// An action may lead to another one at once.
void Init::perform_all(InitAction action) {
  while (action != InitAction::nothing) action = perform(action);
}

InitAction Init::perform(InitAction action) {
  switch (action) {
  case InitAction::run_boot_hook: return run_hook(boot_hook, nullptr);
  case InitAction::run_shell: return run_shell();
  case InitAction::run_services: return run_services();
  case InitAction::run_shutdown_hook:
    return run_hook(shutdown_hook, power_name(machine_.power()).data());
  case InitAction::terminate_child:
    signal_child(SIGHUP);
    signal_child(SIGTERM);
    signal_child(SIGCONT);
    break;
  case InitAction::kill_child: signal_child(SIGKILL); break;
  case InitAction::stop_services:
    signal_process(services_, SIGTERM);
    signal_process(services_, SIGCONT);
    break;
  case InitAction::terminate_all:
    kill(-1, SIGTERM);
    kill(-1, SIGHUP);
    kill(-1, SIGCONT);
    break;
  case InitAction::kill_all:
    say("info", {"killing remaining processes"});
    kill(-1, SIGKILL);
    break;
  case InitAction::end_machine: end_machine_apart(); break;
  case InitAction::end_now: end_machine(machine_.power()); break;
  case InitAction::nothing: break;
  }
  return InitAction::nothing;
}

// A hook that does not exist has succeeded.
InitAction Init::run_hook(const char* path, const char* argument) {
  if (!exists(AT_FDCWD, path) && (errno == ENOENT || errno == ENOTDIR))
    return machine_.child_ended(true, now());
  const char* const argv[] = {path, argument, nullptr};
  const Placed errors[] = {{console_.fd(), STDERR_FILENO}};
  const Spawned child = spawn({.argv = argv,
                               .environment = environment_.entries(),
                               .program = path,
                               .standard_output = console_.fd(),
                               .placed = errors,
                               .session = true});
  if (child.pid > 0) child_ = child.pid;
  not_executed_ = child.pid > 0 && child.error != 0;
  if (child.pid > 0 && !not_executed_) return InitAction::nothing;
  if (child.pid > 0) errno = child.error;
  warn_errno({child.pid > 0 ? "unable to run " : "unable to fork for ", path});
  // A child that could not execute the hook exits, and is reaped.
  return child.pid > 0 ? InitAction::nothing : machine_.child_ended(false, now());
}

InitAction Init::run_shell() {
  console_.make_sane();
  for (const char* const path : {"/sbin/sulogin", "/usr/sbin/sulogin", "/bin/sh"})
    if (console_.fd() >= 0 && is_executable(AT_FDCWD, path) && start_shell(path))
      return InitAction::nothing;
  warn({"no shell found, continuing without one"});
  return machine_.no_shell(now());
}

bool Init::start_shell(const char* path) {
  say("info", {"starting a shell on the console: ", path, "; boot continues when it exits"});
  const char* const argv[] = {path, nullptr};
  const int console = console_.fd();
  const auto in_child = [console] { take_terminal(console); };
  const Placed errors[] = {{console, STDERR_FILENO}};
  const Spawned child = spawn({.argv = argv,
                               .environment = environment_.entries(),
                               .program = path,
                               .standard_input = console,
                               .standard_output = console,
                               .placed = errors,
                               .session = true,
                               .in_child = in_child});
  if (child.pid > 0 && child.error == 0) {
    child_ = child.pid;
    return true;
  }
  if (child.pid > 0) errno = child.error;
  warn_errno({"unable to run ", path});
  return false;
}

Moment Init::read_limits() {
  constexpr Moment usual_limit = 60s;
  const Moment stop = read_limit(stop_limit_file, usual_limit);
  machine_.set_limits(stop, read_limit(hook_limit_file, usual_limit));
  return stop;
}

InitAction Init::run_services() {
  constexpr int ready_target = 3;
  open_control();
  // Called by its path, svscan looks for supervise in the same directory.
  command_.read(scanner_.c_str(), read_limits(), ready_target);
  Pipe pipe = make_pipe();
  if (!pipe) warn_errno({"unable to create a pipe"});
  const Placed errors[] = {{console_.fd(), STDERR_FILENO}};
  const Spawned child = spawn({.argv = command_.argv(),
                               .environment = environment_.entries(),
                               .standard_output = console_.fd(),
                               .extra = pipe.write.get(),
                               .extra_target = ready_target,
                               .placed = errors,
                               .session = true});
  ready_ = std::move(pipe.read);
  if (ready_ && !set_nonblocking(ready_.get())) ready_.reset();
  if (child.pid > 0) services_ = child.pid;
  if (child.pid > 0 && child.error == 0) return InitAction::nothing;
  if (child.pid > 0) errno = child.error;
  complaint_.warn_errno({child.pid > 0 ? "unable to run " : "unable to fork for ", "svscan"});
  return child.pid > 0 ? InitAction::nothing : machine_.services_ended(false, now());
}

// The whole process group: a shell script waits for its children.
void Init::signal_child(int number) {
  if (child_ > 0) signal_group(child_, number);
}

// --- Shutdown -----------------------------------------------------------------

// In a separate process: one that waits for a failed disk hangs, and PID 1 must still be able to
// call reboot(2). Also, reboot(2) makes its caller exit, which PID 1 must not.
void Init::end_machine_apart() {
  say("info", {power_name(machine_.power())});
  last_ = fork();
  if (last_ < 0) return end_machine(machine_.power());
  if (last_ > 0) return;
  // The host of a container keeps running, and so do its disks.
  if (!is_in_container()) {
    sync();
    release_disks();
    sync();
  }
  end_machine(machine_.power());
  warn_errno({"unable to ", power_name(machine_.power())});
  _exit(errno == EPERM || errno == ENOSYS ? exit_not_allowed : exit_failed);
}

// A container in which reboot(2) is not permitted ends when its process 1 exits.
void Init::handle_last_exit(int status) {
  last_ = 0;
  const bool not_allowed = WIFEXITED(status) && WEXITSTATUS(status) == exit_not_allowed;
  if (not_allowed && is_in_container()) _exit(0);
  perform_all(machine_.end_failed(now()));
}

}  // namespace stoker
