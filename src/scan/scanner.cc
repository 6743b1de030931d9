// SPDX-License-Identifier: ISC
#include "scan/scanner.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/directory.hh"
#include "base/parse.hh"
#include "base/signals.hh"
#include "service/layout.hh"
#include "service/scanner.hh"

namespace stoker {

namespace {

// How soon entries that could not be looked at, or a missing directory, are tried again.
constexpr Moment bad_interval = 5s, missing_interval = 1s;
// How long after a service has come all are looked at.
constexpr Moment calm_interval = 1s;

uint32_t hash_of(std::string_view name, int error) {
  uint32_t hash = 2166136261U ^ static_cast<uint32_t>(error);
  for (const char byte : name) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
  return hash | 1;
}

}  // namespace

// --- Looking ----------------------------------------------------------------

// In runit's words, where it is runit's program.
void Scanner::miss_directory() {
  const char* const what = !personality_.abandons ? "unable to open directory "
                           : errno == ENOENT      ? "unable to stat "
                                                  : "unable to change directory to ";
  complaint_.warn_errno({what, options_.directory});
}

// The directory we have may have been removed, or its name lead elsewhere by now.
bool Scanner::reopen() {
  struct stat open {};
  const bool alive = directory_ && fstat(directory_.get(), &open) == 0 && open.st_nlink > 0;
  if (alive && !personality_.follows_links) return true;
  Fd found = open_directory(base_.get(), options_.directory);
  struct stat named {};
  if (!found || fstat(found.get(), &named) != 0) {
    miss_directory();
    scan_at_ = now() + missing_interval;
    return false;
  }
  complaint_.clear();
  if (alive && is_same_file(named, open)) return true;
  directory_ = std::move(found);
  if (fchdir(directory_.get()) != 0) complaint_.warn_errno({"unable to change directory"});
  if (!watch_.begin(directory_.get(), options_.directory, personality_.follows_links))
    complaint_.warn_errno({"unable to watch ", options_.directory, ", looking every second"});
  return true;
}

void Scanner::scan() {
  scan_due_ = false;
  scan_at_ = never;
  if (!reopen()) return;
  Directory listing(directory_.get(), ".");
  if (!listing) {
    complaint_.warn_errno({"unable to read directory ", options_.directory});
    scan_at_ = now() + missing_interval;
    return;
  }
  bad_ = 0;
  roster_.begin_scan();
  while (const char* const name = listing.next())
    if (name[0] != '.') look_at(name);
  const bool complete = errno == 0;
  if (!complete) {
    complaint_.warn_errno({"unable to read directory ", options_.directory});
    for (Entry& entry : roster_.entries()) entry.present = entry.used;
  }
  const Moment time = now();
  const Moment look = std::min(watch_.looks(), complete ? never : missing_interval);
  const Moment again = std::min(look, bad_ > 0 ? bad_interval : never);
  scan_at_ = std::min(roster_.end_scan(time), again == never ? never : time + again);
  if (bad_ == 0) complained_ = {};
  if (complete) complaint_.clear();
  settled_due_ = true;  // one that the main process waits for may be gone
  act_on_all();
}

void Scanner::look_at(const char* name) {
  struct stat facts {};
  if (fstatat(directory_.get(), name, &facts, 0) != 0) {
    ++bad_;
    // What only cannot be looked at now is not gone.
    if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) roster_.keep(name);
    warn_once(name);
    return;
  }
  if (!S_ISDIR(facts.st_mode)) return;
  if (roster_.see(name, {facts.st_dev, facts.st_ino}) == Roster::Seen::full)
    full_complaint_.warn({"unable to start ", name, ": too many services"});
  if (foreign_) look_at_log(name);
}

// One more service in a large directory is started at once, without a look at all the others:
// that follows when it is calm.
void Scanner::hear_watch() {
  const Watch::Changes changes = watch_.read_changes();
  if (changes == Watch::Changes::none) return;
  if (changes == Watch::Changes::change || scan_due_ || stopping_ || !add(watch_.newcomer()))
    scan_due_ = true;
}

// False where only a scan can tell what it means.
bool Scanner::add(const char* name) {
  struct stat facts {};
  if (foreign_ || fstatat(directory_.get(), name, &facts, 0) != 0 || !S_ISDIR(facts.st_mode))
    return false;
  const DirectoryId identity{facts.st_dev, facts.st_ino};
  if (roster_.see(name, identity) != Roster::Seen::fresh) return false;
  act(*roster_.find(identity), now());
  settled_due_ = true;
  scan_at_ = std::min(scan_at_, now() + calm_interval);
  return true;
}

// Once for each name and reason, as long as something is wrong.
void Scanner::warn_once(std::string_view name) {
  const uint32_t hash = hash_of(name, errno);
  const auto place = std::find_if(complained_.begin(), complained_.end(),
                                  [hash](uint32_t old) { return old == hash || old == 0; });
  if (place == complained_.end() || *place == hash) return;
  *place = hash;
  warn_errno({"unable to stat ", name});
}

// --- Starting and stopping --------------------------------------------------

void Scanner::note_deadline(Moment deadline) { act_at_ = std::min(act_at_, deadline); }

void Scanner::act_on_all() {
  const Moment time = now();
  act_at_ = never;
  for (Entry& entry : roster_.entries()) act(entry, time);
}

void Scanner::act(Entry& entry, Moment now) {
  if (stopping_) return;
  switch (roster_.decide(entry, now)) {
  case Act::nothing:
    if (entry.used && entry.present && entry.pid == 0 && now < entry.not_before)
      note_deadline(entry.not_before);
    return;
  case Act::start: start(entry, now); return;
  case Act::stop:
    entry.stop_requested = true;
    tell_to_end(entry);
    return;
  case Act::forget:
    if (!foreign_ && keeps_lines(entry)) return;
    close_pipe(entry);
    roster_.remove(entry);
    return;
  }
}

void Scanner::make_log_pipe(Entry& entry) {
  if (entry.pipe_read >= 0) return;
  struct stat facts {};
  const PathText log(entry.name, "/", layout::log);
  if (default_logger_.empty() && fstatat(directory_.get(), log.c_str(), &facts, 0) != 0) return;
  Pipe pipe = make_pipe();
  if (!pipe) {
    complaint_.warn_errno({"unable to create a log pipe for ", entry.name});
    return;
  }
  entry.pipe_read = pipe.read.release();
  entry.pipe_write = pipe.write.release();
}

void Scanner::close_pipe(Entry& entry) {
  Fd(std::exchange(entry.pipe_read, -1)).reset();
  Fd(std::exchange(entry.pipe_write, -1)).reset();
}

void Scanner::start(Entry& entry, Moment now) {
  if (foreign_) return start_foreign(entry, now);
  inherit_pipe(entry);
  if (const Fd state = state_of(entry)) {
    if (take_over(entry, state.get(), now)) return;
    recover_pipe(entry, state.get());
  }
  make_log_pipe(entry);
  const bool piped = entry.pipe_read >= 0 && entry.pipe_write >= 0;
  Text<64> pipe(layout::variable_pipe, "=", entry.pipe_read, " ", entry.pipe_write);
  Text<64> scanner(layout::variable_scanner, "=", control_write_.get(), " ", getpid());
  const int kept[] = {control_write_.get(), entry.pipe_read, entry.pipe_write};
  Text<1250> logger(layout::variable_logger, "=", default_logger_.view());
  environment_.set(scanner.data());
  if (piped) environment_.set(pipe.data());
  Text<32> successor(layout::variable_takeover, "=", stopping_ ? layout::takeover_stops : "1");
  if (entry.started != 0s) environment_.set(successor.data());
  if (!default_logger_.empty()) environment_.set(logger.data());
  const bool found = has_slash(supervisor_);
  const Text<32> name(personality_.supervisor);
  const char* const argv[] = {name.c_str(), entry.name.c_str(), nullptr};
  const Placed output{title_.standard_error(), STDERR_FILENO};
  // What is sent to our whole group, by a terminal or another init, is meant for us alone: a
  // supervisor that is told twice to end would hurry.
  const bool group = !personality_.abandons && !options_.sessions;
  const Spawned child = spawn({
      .argv = argv,
      .environment = environment_.entries(),
      .program = found ? supervisor_.c_str() : nullptr,
      .directory = directory_.get(),
      .placed = std::span(&output, title_.is_open() ? 1 : 0),
      .kept = std::span(kept).first(piped ? 3 : 1),
      .session = options_.sessions,
      .group = group,
      .open_files = limit_raised_ ? &open_files_ : nullptr,
  });
  for (const char* const variable : {layout::variable_pipe, layout::variable_scanner,
                                     layout::variable_logger, layout::variable_takeover})
    environment_.unset(variable);
  note_start(entry, child, now);
}

void Scanner::note_start(Entry& entry, const Spawned& child, Moment now) {
  if (child.pid >= 0) errno = child.error;
  // Each says it once, as long as it is the same.
  if (std::exchange(entry.trouble, errno) != errno && errno != 0)
    warn_errno({child.pid < 0 ? "unable to fork for " : "unable to start ",
                child.pid < 0 ? "" : personality_.supervisor, child.pid < 0 ? "" : " ",
                entry.name});
  if (child.pid > 0) {
    roster_.started(entry, child.pid, now);
    return;
  }
  entry.not_before = now + missing_interval;
  note_deadline(entry.not_before);
}

}  // namespace stoker
