// SPDX-License-Identifier: ISC
#include "init/stages.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "base/text.hh"
#include "init/console.hh"
#include "init/kernel.hh"

namespace stoker {

namespace {

constexpr char key_script[] = "/etc/runit/ctrlaltdel";
constexpr char no_sync[] = "/etc/runit/nosync";

// runit's own form has no level where nothing is wrong.
void tell(Words what) {
  Text<300> line("- runit: ");
  for (const std::string_view word : what) line.append(word);
  line.append('\n');
  static_cast<void>(write_all(STDERR_FILENO, line));
}

// By the mode alone: the place may be mounted noexec.
bool is_marked(const char* path) {
  struct stat facts {};
  return stat(path, &facts) == 0 && (facts.st_mode & S_IXUSR) != 0;
}

bool is_any_marked(const char* MarkFiles::*which) {
  return is_marked(usual_files.*which) || is_marked(debian_files.*which);
}

const char* program_of(RunitStage stage) {
  switch (stage) {
  case RunitStage::one: return "/etc/runit/1";
  case RunitStage::three: return "/etc/runit/3";
  case RunitStage::two:
  case RunitStage::ending_two:
  case RunitStage::restarting:
  case RunitStage::over: break;
  }
  return "/etc/runit/2";
}

}  // namespace

void Stages::set_up() {
  fill_standard_descriptors();
  seal_descriptors();
  catch_signals({SIGCHLD, SIGCONT, SIGINT, SIGPIPE});
  setsid();
  const Fd console(open("/dev/console", O_WRONLY | O_NOCTTY | O_APPEND | O_CLOEXEC));
  if (console)
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(console.get(), fd);
  take_ctrl_alt_del();
}

void Stages::run() {
  tell({"Stoker: booting."});
  carry_out(machine_.begin());
  for (;;) {
    wait_until({}, machine_.deadline());
    hear_signals();
    reap_all();
    carry_out(machine_.alarm(now()));
  }
}

// --- Signals and deaths -------------------------------------------------------

// What has come together is one request, as it is to runit.
void Stages::hear_signals() {
  bool key = false, asked = false;
  while (const int number = next_signal()) {
    key |= number == SIGINT;
    asked |= number == SIGCONT;
  }
  if (!key && !asked) return;
  if (machine_.stage() == RunitStage::ending_two) return;
  if (!machine_.takes_signals()) return warn({"signals only work in stage 2."});
  if (key) press();
  if (asked) ask();
}

// Ctrl-Alt-Del: the script is to make the stop file, which is looked at when it has ended.
void Stages::press() {
  if (key_script_ != 0 || !is_marked(key_script)) return;
  tell({"ctrl-alt-del request..."});
  tell({"enter stage: ", key_script});
  key_script_ = start(key_script, false);
}

// The end that the stop file allows, once.
void Stages::ask() {
  if (!is_any_marked(&MarkFiles::stop)) return;
  for (const MarkFiles& files : {usual_files, debian_files}) chmod(files.stop, 0);
  carry_out(machine_.stop(now()));
}

void Stages::reap_all() {
  while (const auto death = reap()) {
    if (death->pid == child_) {
      child_ = 0;
      handle_exit(death->status);
    } else if (death->pid == key_script_) {
      key_script_ = 0;
      if (stage_end(death->status) == StageEnd::failed) warn({"child failed: ", key_script});
      if (stage_end(death->status) == StageEnd::crashed) warn({"child crashed: ", key_script});
      tell({"leave stage: ", key_script});
      ask();
    } else if (death->pid == last_) {
      last_ = 0;
      // reboot(2) is not allowed: the end of a container is the end of its process 1.
      if (is_in_container()) _exit(0);
    }
  }
}

void Stages::handle_exit(int wait_status) {
  // How it ends when it was told to is nothing to tell of.
  if (machine_.stage() != RunitStage::ending_two && entered_ != nullptr) {
    if (stage_end(wait_status) == StageEnd::failed) warn({"child failed: ", entered_});
    if (stage_end(wait_status) == StageEnd::crashed) warn({"child crashed: ", entered_});
  }
  carry_out(machine_.ended(wait_status, now()));
}

// --- Deeds --------------------------------------------------------------------

void Stages::carry_out(RunitAction action) {
  switch (action) {
  case RunitAction::enter_again: warn({"restarting."}); [[fallthrough]];
  case RunitAction::enter:
    leave();
    enter();
    break;
  case RunitAction::skip_two:
    leave();
    warn({"skipping stage 2..."});
    enter();
    break;
  case RunitAction::restart_two:
    warn({"killing all processes in stage 2..."});
    // Its group, of which it was the leader.
    signal_group(group_, SIGKILL);
    entered_ = nullptr;
    break;
  case RunitAction::tell_two: signal_process(child_, SIGTERM); break;
  case RunitAction::kill_two:
    warn({"stage 2 not terminated, sending sigkill..."});
    signal_process(child_, SIGKILL);
    break;
  case RunitAction::finish:
    leave();
    finish();
    break;
  case RunitAction::nothing: break;
  }
}

void Stages::leave() {
  if (entered_ != nullptr) tell({"leave stage: ", entered_});
  entered_ = nullptr;
}

// One that cannot be run is one that has ended well: the next stage may help.
void Stages::enter() {
  entered_ = program_of(machine_.stage());
  tell({"enter stage: ", entered_});
  child_ = start(entered_, machine_.stage() == RunitStage::one);
  group_ = child_;
  if (child_ == 0) handle_exit(0);
}

pid_t Stages::start(const char* program, bool has_console) {
  Fd terminal(has_console ? open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1);
  const int lent = terminal.get();
  const auto in_child = [lent] {
    if (lent >= 0) take_terminal(lent);
  };
  const char* const argv[] = {program, nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = environ,
                               .program = program,
                               .standard_input = lent,
                               .session = true,
                               .in_child = in_child});
  if (child.pid > 0 && child.error == 0) return child.pid;
  if (child.pid > 0) errno = child.error;
  say("fatal", {child.pid > 0 ? "unable to start child: " : "unable to fork for ", program}, errno);
  return 0;
}

// --- The end ------------------------------------------------------------------

// In another process: it is not for process 1 to end in reboot(2), or to wait for a disk.
void Stages::finish() {
  tell({"sending KILL signal to all processes..."});
  kill(-1, SIGKILL);
  last_ = fork();
  if (last_ > 0) return;
  // The kernel of a container goes on, and so do its disks.
  if (!is_in_container() && !exists(AT_FDCWD, no_sync)) sync();
  if (is_any_marked(&MarkFiles::reboot)) {
    tell({"system reboot."});
    end_machine(Power::reboot);
  } else {
    tell({"power off..."});
    end_machine(Power::off);
  }
  tell({"system halt."});
  end_machine(Power::halt);
  if (last_ == 0) _exit(1);
}

}  // namespace stoker
