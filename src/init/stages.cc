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

// runit's form of messages that are not warnings.
void print(Words what) {
  Text<300> line("- runit: ");
  for (const std::string_view word : what) line.append(word);
  line.append('\n');
  static_cast<void>(write_all(STDERR_FILENO, line));
}

// By the mode alone: the file system may be mounted noexec.
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
  print({"Stoker: booting."});
  perform(machine_.start());
  for (;;) {
    wait_until({}, machine_.deadline());
    take_signals();
    reap_all();
    perform(machine_.alarm(now()));
  }
}

// --- Signals and deaths -------------------------------------------------------

// Signals that arrive together are one request, as in runit.
void Stages::take_signals() {
  bool key = false, asked = false;
  while (const int number = next_signal()) {
    key |= number == SIGINT;
    asked |= number == SIGCONT;
  }
  if (!key && !asked) return;
  if (machine_.stage() == RunitStage::ending_two) return;
  if (!machine_.takes_signals()) return warn({"signals only work in stage 2."});
  if (key) handle_key();
  if (asked) request_stop();
}

// Ctrl-Alt-Del: the script may create the stop file, which is checked when it has exited.
void Stages::handle_key() {
  if (key_script_ != 0 || !is_marked(key_script)) return;
  print({"ctrl-alt-del request..."});
  print({"enter stage: ", key_script});
  key_script_ = start(key_script, false);
}

// A shutdown, if the stop file permits it; it does so once.
void Stages::request_stop() {
  if (!is_any_marked(&MarkFiles::stop)) return;
  for (const MarkFiles& files : {usual_files, debian_files}) chmod(files.stop, 0);
  perform(machine_.stop(now()));
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
      print({"leave stage: ", key_script});
      request_stop();
    } else if (death->pid == last_) {
      last_ = 0;
      // reboot(2) is not permitted: a container ends when its process 1 exits.
      if (is_in_container()) _exit(0);
    }
  }
}

void Stages::handle_exit(int wait_status) {
  // Its exit status is not reported if it was asked to exit.
  if (machine_.stage() != RunitStage::ending_two && entered_ != nullptr) {
    if (stage_end(wait_status) == StageEnd::failed) warn({"child failed: ", entered_});
    if (stage_end(wait_status) == StageEnd::crashed) warn({"child crashed: ", entered_});
  }
  perform(machine_.ended(wait_status, now()));
}

// --- Actions ------------------------------------------------------------------

void Stages::perform(RunitAction action) {
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
    // Its process group, which it led.
    signal_group(group_, SIGKILL);
    entered_ = nullptr;
    break;
  case RunitAction::terminate_two:
    signal_process(child_, SIGTERM);
    signal_process(child_, SIGCONT);
    break;
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
  if (entered_ != nullptr) print({"leave stage: ", entered_});
  entered_ = nullptr;
}

// A stage that cannot be run counts as successful: the next one may help.
void Stages::enter() {
  entered_ = program_of(machine_.stage());
  print({"enter stage: ", entered_});
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

// --- Shutdown -----------------------------------------------------------------

// In a separate process: reboot(2) makes its caller exit, and a failed disk would hang process 1.
void Stages::finish() {
  print({"sending KILL signal to all processes..."});
  kill(-1, SIGKILL);
  last_ = fork();
  if (last_ > 0) return;
  // The host of a container keeps running, and so do its disks.
  if (!is_in_container() && !exists(AT_FDCWD, no_sync)) sync();
  if (is_any_marked(&MarkFiles::reboot)) {
    print({"system reboot."});
    end_machine(Power::reboot);
  } else {
    print({"power off..."});
    end_machine(Power::off);
  }
  print({"system halt."});
  end_machine(Power::halt);
  if (last_ == 0) _exit(1);
}

}  // namespace stoker
