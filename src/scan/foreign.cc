// SPDX-License-Identifier: ISC
// The part of the scanner for a supervise that is daemontools' own: it does not look after
// the logger, so that has a supervise of its own here, and TERM would make it leave its
// service behind.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/parse.hh"
#include "scan/scanner.hh"
#include "service/control.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr std::string_view log_suffix = "/log";

bool is_log(const Entry& entry) { return entry.name.view().ends_with(log_suffix); }

std::string_view service_of(const Entry& entry) {
  return {entry.name.c_str(), entry.name.size() - (is_log(entry) ? log_suffix.size() : 0)};
}

}  // namespace

// Only daemontools' takes this for wrong usage.
void Scanner::probe_supervisor() {
  if (personality_.abandons || supervisor_.view().find('/') != std::string_view::npos) return;
  const Fd nowhere = open_write(AT_FDCWD, "/dev/null");
  const Placed silent{nowhere.get(), STDERR_FILENO};
  const char* const argv[] = {supervisor_.c_str(), "--can-take-over", ".", nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = environment_.entries(),
                               .placed = std::span(&silent, nowhere ? 1 : 0)});
  int status = 0;
  if (child.pid < 0) return;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  foreign_ = child.error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == exit_misuse;
}

// The logger is one more entry.
void Scanner::look_at_log(const char* name) {
  struct stat facts {};
  const Text<255> log(name, log_suffix);
  if (log.truncated() || fstatat(directory_.get(), log.c_str(), &facts, 0) != 0) return;
  if (S_ISDIR(facts.st_mode)) roster_.see(log, {facts.st_dev, facts.st_ino});
}

// The pipe between the two is held in the entry of the service.
void Scanner::start_foreign(Entry& entry, Moment now) {
  const Text<255> service(service_of(entry));
  const auto entries = roster_.entries();
  const auto main = std::find_if(entries.begin(), entries.end(), [&](const Entry& other) {
    return other.used && other.name.view() == service.view();
  });
  struct stat facts {};
  const PathText log(service, log_suffix);
  const bool logged =
      fstatat(directory_.get(), log.c_str(), &facts, 0) == 0 && S_ISDIR(facts.st_mode);
  if (logged && main != entries.end()) make_log_pipe(*main);
  const bool piped = logged && main != entries.end() && main->pipe_read >= 0;
  const Fd inside = is_log(entry) ? open_directory(directory_.get(), service.c_str()) : Fd();
  const char* const argv[] = {"supervise", is_log(entry) ? layout::log : service.c_str(), nullptr};
  const Spawned child = spawn({
      .argv = argv,
      .environment = environment_.entries(),
      .directory = is_log(entry) ? inside.get() : directory_.get(),
      .standard_input = piped && is_log(entry) ? main->pipe_read : -1,
      .standard_output = piped && !is_log(entry) ? main->pipe_write : -1,
      .group = true,
      .open_files = limit_raised_ ? &open_files_ : nullptr,
  });
  note_start(entry, child, now);
}

// A logger ends when it has read all. One whose directory is gone can only be reached where
// the system tells which one that is; elsewhere it runs on, as under daemontools' svscan.
void Scanner::tell_to_end(const Entry& entry) {
  if (!foreign_) {
    signal_process(entry.pid, SIGTERM);
    return;
  }
  const PathText named(entry.name, "/", layout::state);
  const Text<64> held("/proc/", entry.pid, "/cwd/", layout::state);
  Fd state = open_search(AT_FDCWD, held.c_str());
  if (!state && entry.present) state = open_search(directory_.get(), named.c_str());
  if (!state || !send_letters(state.get(), is_log(entry) ? "x" : "dx"))
    complaint_.warn_errno({"unable to control ", entry.name});
}

}  // namespace stoker
