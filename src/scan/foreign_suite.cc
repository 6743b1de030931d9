// SPDX-License-Identifier: ISC
#include "scan/foreign_suite.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/parse.hh"
#include "scan/log_pipes.hh"
#include "scan/scan_tree.hh"
#include "service/control.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr std::string_view log_suffix = "/log";

bool is_log(const Entry& entry) { return entry.name.view().ends_with(log_suffix); }

std::string_view service_name(const Entry& entry) {
  return {entry.name.c_str(), entry.name.size() - (is_log(entry) ? log_suffix.size() : 0)};
}

bool is_directory(int at, const char* path, struct stat& facts) {
  return fstatat(at, path, &facts, 0) == 0 && S_ISDIR(facts.st_mode);
}

}  // namespace

// Only daemontools' takes this for wrong usage.
void ForeignSuite::probe(const char* supervisor) {
  if (tree_.personality.abandons || has_slash(supervisor)) return;
  const Fd null = open_null();
  const Placed silent{null.get(), STDERR_FILENO};
  const char* const argv[] = {supervisor, "--can-take-over", ".", nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = tree_.environment.entries(),
                               .placed = std::span(&silent, null ? 1 : 0)});
  int status = 0;
  if (child.pid < 0) return;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  used_ = child.error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == exit_misuse;
}

void ForeignSuite::list_logger(const char* service) const {
  struct stat facts {};
  const Text<255> log(service, log_suffix);
  if (!log.truncated() && is_directory(tree_.directory.fd(), log.c_str(), facts))
    tree_.roster.see(log, {facts.st_dev, facts.st_ino});
}

// Null: it has no logger.
Entry* ForeignSuite::logged_service(std::string_view name) {
  struct stat facts {};
  const PathText log(name, log_suffix);
  if (!is_directory(tree_.directory.fd(), log.c_str(), facts)) return nullptr;
  const auto entries = tree_.roster.entries();
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& other) {
    return other.is_used() && other.name.view() == name;
  });
  if (found == entries.end()) return nullptr;
  if (!make_pipe(*found))
    tree_.complaint.warn_errno({"unable to create a log pipe for ", found->name});
  return &*found;
}

// The pipe between the two is held in the entry of the service.
Spawned ForeignSuite::start(const Entry& entry) {
  const Text<255> service(service_name(entry));
  const Entry* const main = logged_service(service);
  const bool piped = main != nullptr && main->pipe_read >= 0;
  const int directory = tree_.directory.fd();
  const Fd inside = is_log(entry) ? open_directory(directory, service.c_str()) : Fd();
  const char* const argv[] = {"supervise", is_log(entry) ? layout::log : service.c_str(), nullptr};
  return spawn({
      .argv = argv,
      .environment = tree_.environment.entries(),
      .directory = is_log(entry) ? inside.get() : directory,
      .standard_input = piped && is_log(entry) ? main->pipe_read : -1,
      .standard_output = piped && !is_log(entry) ? main->pipe_write : -1,
      .group = true,
      .open_files = tree_.open_files.original(),
  });
}

// A logger exits when it has read all. One whose directory is gone can only be reached where
// the system shows which one that is; elsewhere it keeps running, as under daemontools' svscan.
void ForeignSuite::request_stop(const Entry& entry) {
  const PathText named(entry.name, "/", layout::state);
  const Text<64> held("/proc/", entry.pid, "/cwd/", layout::state);
  Fd state = open_search(AT_FDCWD, held.c_str());
  if (!state && entry.is_present()) state = open_search(tree_.directory.fd(), named.c_str());
  if (!state || !send_letters(state.get(), is_log(entry) ? "x" : "dx"))
    tree_.complaint.warn_errno({"unable to control ", entry.name});
}

}  // namespace stoker
