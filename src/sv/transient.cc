// SPDX-License-Identifier: ISC
#include "sv/transient.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/report.hh"
#include "client/poll_set.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "sv/lint.hh"
#include "sv/remove_tree.hh"

namespace stoker {

namespace {

constexpr mode_t directory_mode = 0755, script_mode = 0755, plain_mode = 0644;
// As containers have it.
constexpr std::string_view stop_limit = "10s\n";
constexpr Moment sweep_limit = 5s;

bool fail(Page& page, std::string_view name, Words what, int error = 0) {
  page.append("fail: ", name, ": ");
  for (const std::string_view word : what) page.append(word);
  if (error != 0) page.append(": ", error_text(error));
  page.append("\n");
  return false;
}

// Takes no part in what runs it: the end of a supervisor must not end this.
ScriptText stop_script_of(const Places& places, std::string_view name, const char* sv) {
  ScriptText text("#!/bin/sh\nexec env ");
  append_shell_word(text, PathText("SVDIR=", places.services));
  text.append(' ');
  append_shell_word(text, sv);
  text.append(" run --end ");
  append_shell_word(text, name);
  text.append("\n");
  return text;
}

}  // namespace

TransientService::TransientService(const Places& places, std::string_view name)
    : places_(places), name_(name), scan_(open_directory(AT_FDCWD, places.services)) {
  if (scan_) parent_ = open_directory(scan_.get(), transient_directory);
}

PathText TransientService::log_path() const {
  return PathText(path_of(directory_.get()), "/", layout::log, "/main");
}

// --- Making -----------------------------------------------------------------

bool TransientService::write_file(int directory, const char* name, std::string_view text,
                                  mode_t mode) {
  const Fd file = open_fresh(directory, name, mode);
  return file && write_all(file.get(), text) && fchmod(file.get(), mode) == 0;
}

bool TransientService::write(const NewService& service, const RunMark& mark, const char* sv) {
  const ScriptText run = run_script_of(service), stop = stop_script_of(places_, name_, sv);
  if (run.truncated() || stop.truncated()) {
    errno = E2BIG;
    return false;
  }
  const int here = directory_.get();
  const bool good = write_file(here, layout::run, run, script_mode) &&
                    write_file(here, layout::finish, finish_script_of(mark), script_mode) &&
                    write_file(here, layout::stop, stop, script_mode) &&
                    write_file(here, layout::down, "", plain_mode) &&
                    write_file(here, layout::restart, "never\n", plain_mode) &&
                    write_file(here, layout::timeout_kill, stop_limit, plain_mode) &&
                    mkdirat(here, layout::log, directory_mode) == 0;
  const Fd log = good ? open_directory(here, layout::log) : Fd();
  return log && write_file(log.get(), layout::run, new_log_script, script_mode);
}

bool TransientService::make(const NewService& service, const RunMark& mark, const char* sv,
                            Page& page) {
  const PathText draft(".", name_, ".", getpid());
  const bool taken = scan_ && faccessat(scan_.get(), name_.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (taken) return fail(page, name_, {"there is a service of that name"});
  if (scan_ && !parent_ && mkdirat(scan_.get(), transient_directory, directory_mode) == 0)
    parent_ = open_directory(scan_.get(), transient_directory);
  if (!parent_ || mkdirat(parent_.get(), draft.c_str(), directory_mode) != 0)
    return fail(page, name_, {"unable to create a directory in ", places_.services}, errno);
  directory_ = open_directory(parent_.get(), draft.c_str());
  const bool written = directory_ && lock(false) && write(service, mark, sv);
  bool good = written || fail(page, name_, {"unable to write its definition"}, errno);
  if (good)
    lint_service(directory_.get(), [&](std::string_view, std::string_view fault) {
      good = fail(page, name_, {fault});
    });
  if (good && renameat(parent_.get(), draft.c_str(), parent_.get(), name_.c_str()) != 0)
    good = fail(page, name_, {"unable to create its definition"}, errno);
  if (!good) remove_tree(parent_.get(), draft.c_str());
  return good;
}

bool TransientService::link() {
  const PathText target(transient_directory, "/", name_);
  return symlinkat(target.c_str(), scan_.get(), name_.c_str()) == 0;
}

// --- Removing ---------------------------------------------------------------

bool TransientService::open() {
  if (parent_) directory_ = open_directory(parent_.get(), name_.c_str());
  return static_cast<bool>(directory_);
}

bool TransientService::lock(bool waits) {
  const int how = waits ? LOCK_EX : LOCK_EX | LOCK_NB;
  while (flock(directory_.get(), how) != 0)
    if (errno != EINTR) return false;
  return true;
}

bool TransientService::rests() const {
  const Probe probe = probe_service(places_, name_.c_str(), directory_.get());
  if (probe.found != Probe::Found::supervised) return is_unsupervised(probe);
  const State state = probe.status.main_status.state;
  return probe.status.main.pid == 0 && (state == State::down || state == State::failed);
}

bool TransientService::is_still_there() const {
  struct stat here {
  }, there{};
  return fstat(directory_.get(), &here) == 0 &&
         fstatat(parent_.get(), name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         is_same_file(here, there);
}

void TransientService::await_end(Moment deadline) {
  PollSet poll_set(1);
  ServiceHandle handle;
  handle.name = name_.c_str();
  handle.state = open_state(places_, handle.name, directory_.get());
  listen_to(handle);
  if (handle.state) static_cast<void>(send_letters(handle.state.get(), "dx"));
  static_cast<void>(request_rescan_of(places_, places_.services));
  while (handle.state && now() < deadline) {
    const Probe probe = probe_again(handle, places_);
    if (probe.found == Probe::Found::left || probe.error == ENOENT) return;
    plan_probe(handle, now());
    poll_set.begin();
    poll_set.add(handle);
    poll_set.sleep(deadline);
    while (next_letter(handle) != 0) continue;
    static_cast<void>(poll_set.interrupted());
  }
}

void TransientService::remove_states() {
  if (places_.states == nullptr) return;
  const PathText log(name_, "/", layout::log);
  for (const std::string_view name : {name_.view(), log.view()})
    remove_tree(AT_FDCWD, layout::state_directory(places_.states, name, "").c_str());
}

// The link may be another one's, made since.
void TransientService::remove(Moment deadline) {
  if (!is_still_there()) return;
  char target[4096];
  const ssize_t size = readlinkat(scan_.get(), name_.c_str(), target, sizeof target);
  const PathText own(transient_directory, "/", name_);
  if (size > 0 && std::string_view(target, static_cast<size_t>(size)) == own.view())
    unlinkat(scan_.get(), name_.c_str(), 0);
  await_end(deadline);
  remove_states();
  remove_tree(parent_.get(), name_.c_str());
}

void sweep_transient(const Places& places) {
  const Fd scan = open_search(AT_FDCWD, places.services);
  if (!scan) return;
  Directory entries(scan.get(), transient_directory);
  while (const char* const name = entries ? entries.next() : nullptr) {
    if (*name == '.') continue;
    TransientService service(places, name);
    if (service.open() && service.lock(false) && service.rests())
      service.remove(now() + sweep_limit);
  }
}

}  // namespace stoker
