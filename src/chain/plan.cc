// SPDX-License-Identifier: ISC
#include "chain/plan.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "chain/attempt.hh"
#include "chain/env_changes.hh"
#include "chain/env_directory.hh"
#include "chain/expand.hh"
#include "chain/identity.hh"
#include "chain/lock_file.hh"
#include "chain/run_next.hh"
#include "chain/standard_files.hh"

namespace stoker {

namespace {

constexpr const LoaderWording& wording = runit_wording;

void set_environment(const Plan& plan) {
  if (plan.clear_environment) clear_environment(plan.env_changes.items());
  if (plan.env_directory != nullptr)
    apply_env_directory({plan.env_directory, "", true, plan.verbose}, wording);
  apply_env_changes(plan.env_changes.items());
}

void set_standard_files(const Plan& plan) {
  if (plan.terminal != nullptr) take_terminal(plan.terminal, plan.terminal_reset);
  if (plan.standard[STDIN_FILENO] != nullptr) set_standard_input(plan.standard[STDIN_FILENO]);
  if (!plan.input_text.empty()) set_standard_input_text(plan.input_text.items());
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (plan.standard[fd] != nullptr) set_standard_output(fd, plan.standard[fd]);
}

void change_root(const char* root) {
  if (chdir(root) != 0) die_errno({"unable to change directory: ", root});
  if (chroot(".") != 0) die_errno({"unable to change root directory"});
}

// What belongs to the program's user. `start` is the directory that chpst was started in.
void make_files_for(const Plan& plan, const char* start, const Identity* owner) {
  if (!plan.own_directories.empty()) make_own_directories(plan.own_directories.items(), owner);
  if (!plan.credentials.empty()) store_credentials(start, owner);
}

void make_files(const Plan& plan, const char* start) {
  if (plan.own_directories.empty() && plan.credentials.empty()) return;
  if (plan.user == nullptr) return make_files_for(plan, start, nullptr);
  const Identity owner = look_up_identity(plan.user);
  make_files_for(plan, start, &owner);
}

// Reads what is outside of a new root, or not for the user to read.
void read_credentials(const Plan& plan, PathText& start) {
  if (plan.credentials.empty()) return;
  char directory[4096];
  if (getcwd(directory, sizeof directory) == nullptr)
    die_errno({"unable to get the current directory"});
  start.append(std::string_view(directory));
  load_credentials(plan.credentials.items());
}

void add_to_nice(int more, bool try_only) {
  errno = 0;
  if (nice(more) == -1 && errno != 0) die_or_warn(try_only, {"unable to set nice level"});
}

void change_directory(const char* directory, bool may_miss) {
  if (chdir(directory) == 0 || (may_miss && errno == ENOENT)) return;
  die_errno({"unable to change directory: ", directory});
}

// Steps that need root come before, steps that the program's user does itself come after.
void change_user(const Plan& plan) {
  if (plan.user == nullptr) {
    plan.limits.apply(plan.try_only);
    prepare_privileges(plan.privileges);
  } else {
    // Looked up first: the limits could prevent it.
    const Identity identity = look_up_identity(plan.user);
    plan.limits.apply(plan.try_only);
    prepare_privileges(plan.privileges);
    become_user(identity, plan.all_groups, wording);
  }
  apply_privileges(plan.privileges);
}

void close_standard(const bool (&closed)[3]) {
  static constexpr std::string_view names[] = {"stdin", "stdout", "stderr"};
  for (int fd = 0; fd < 3; ++fd)
    if (closed[fd] && close(fd) != 0) die_errno({"unable to close ", names[fd]});
}

}  // namespace

void carry_out(const Plan& plan) {
  const pid_t parent = getppid();
  if (plan.session) setsid();  // fails only for a session leader
  set_environment(plan);
  set_standard_files(plan);
  if (plan.oom_score) set_oom_score(*plan.oom_score, plan.try_only);
  if (plan.umask) umask(*plan.umask);
  static constinit PathText start;
  read_credentials(plan, start);
  if (plan.root != nullptr) change_root(plan.root);
  make_files(plan, start.c_str());
  if (plan.directory != nullptr) change_directory(plan.directory, plan.directory_may_miss);
  if (plan.nice != 0) add_to_nice(plan.nice, plan.try_only);
  apply_scheduling(plan.scheduling, plan.try_only);
  if (plan.env_user != nullptr) set_id_variables(look_up_identity(plan.env_user));
  change_user(plan);
  if (plan.keyring != KeyringMode::inherit) join_keyring(plan.keyring, plan.try_only);
  if (plan.lock != nullptr)
    hold_lock(plan.lock, plan.lock_waits ? LockWait::wait : LockWait::fail, false, wording);
  close_standard(plan.closed);
  plan.soft_limits.apply(wording);
  // Changing the user would have reset it.
  if (plan.death_signal) set_death_signal(*plan.death_signal, parent);
  if (plan.no_new_privileges) forbid_new_privileges();
  run_next(plan.expand ? expand_arguments(plan.program) : plan.program, plan.path, wording,
           plan.name);
}

}  // namespace stoker
