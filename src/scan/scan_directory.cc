// SPDX-License-Identifier: ISC
#include "scan/scan_directory.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "base/file.hh"
#include "scan/foreign_suite.hh"

namespace stoker {

namespace {

// How soon entries that could not be examined, or a missing directory, are tried again.
constexpr Moment bad_interval = 5s, missing_interval = 1s;
// How long after a single service was listed the whole directory is scanned.
constexpr Moment calm_interval = 1s;

uint32_t hash_of(std::string_view name, int error) {
  uint32_t hash = 2166136261U ^ static_cast<uint32_t>(error);
  for (const char byte : name) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
  return hash | 1;
}

}  // namespace

// --- Opening ----------------------------------------------------------------

void ScanDirectory::open() {
  base_ = open_directory(AT_FDCWD, ".");
  directory_ = open_directory(AT_FDCWD, path_);
  if (!directory_ && personality_.abandons) return warn_missing();
  if (!directory_) die_errno({"unable to chdir to ", path_}, personality_.trouble);
  watch();
  if (fchdir(directory_.get()) != 0)
    die_errno({"unable to chdir to ", path_}, personality_.trouble);
}

void ScanDirectory::watch() {
  if (!watch_.begin(directory_.get(), path_, personality_.follows_links))
    complaint_.warn_errno({"unable to watch ", path_, ", looking every second"});
  watch_state();
}

void ScanDirectory::watch_state() {
  if (state_root_ != nullptr) watch_.include_state(state_root_);
}

// In runit's words, where it is runit's program.
void ScanDirectory::warn_missing() {
  const char* const what = !personality_.abandons ? "unable to open directory "
                           : errno == ENOENT      ? "unable to stat "
                                                  : "unable to change directory to ";
  complaint_.warn_errno({what, path_});
}

// The open directory may have been removed, or its name may lead elsewhere by now.
bool ScanDirectory::reopen() {
  struct stat open {};
  const bool alive = directory_ && fstat(directory_.get(), &open) == 0 && open.st_nlink > 0;
  if (alive && !personality_.follows_links) return true;
  Fd found = open_directory(base_.get(), path_);
  struct stat named {};
  if (!found || fstat(found.get(), &named) != 0) {
    warn_missing();
    scan_at_ = now() + missing_interval;
    return false;
  }
  complaint_.clear();
  if (alive && is_same_file(named, open)) return true;
  directory_ = std::move(found);
  if (fchdir(directory_.get()) != 0) complaint_.warn_errno({"unable to change directory"});
  watch();
  return true;
}

// --- Scanning ---------------------------------------------------------------

bool ScanDirectory::scan(const ForeignSuite& suite) {
  due_ = false;
  scan_at_ = never;
  if (!reopen()) return false;
  Directory listing(directory_.get(), ".");
  if (!listing) {
    complaint_.warn_errno({"unable to read directory ", path_});
    scan_at_ = now() + missing_interval;
    return false;
  }
  bad_ = 0;
  roster_.begin_scan();
  while (const char* const name = listing.next())
    if (name[0] != '.') look_at(name, suite);
  const bool complete = errno == 0;
  if (!complete) {
    complaint_.warn_errno({"unable to read directory ", path_});
    roster_.keep_all();
  }
  const Moment time = now();
  const Moment look = std::min(watch_.looks(), complete ? never : missing_interval);
  const Moment again = std::min(look, bad_ > 0 ? bad_interval : never);
  scan_at_ = std::min(roster_.end_scan(time), again == never ? never : time + again);
  if (bad_ == 0) warned_ = {};
  if (complete) complaint_.clear();
  return true;
}

void ScanDirectory::look_at(const char* name, const ForeignSuite& suite) {
  struct stat facts {};
  if (fstatat(directory_.get(), name, &facts, 0) != 0) {
    ++bad_;
    // An entry that only cannot be examined now is not gone.
    if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) roster_.keep(name);
    return warn_once(name);
  }
  if (!S_ISDIR(facts.st_mode)) return;
  const DirectoryId identity{facts.st_dev, facts.st_ino};
  switch (roster_.see(name, identity)) {
  case Roster::Seen::full:
    full_complaint_.warn({"unable to start ", name, ": too many services"});
    break;
  case Roster::Seen::known: follow_name(*roster_.find(identity), name); break;
  case Roster::Seen::fresh: break;
  }
  if (suite.is_used()) suite.list_logger(name);
}

// Renamed: its state is where the new name leads, unless that is kept elsewhere.
void ScanDirectory::follow_name(Entry& entry, const char* name) const {
  if (state_root_ != nullptr || entry.name.view() == name) return;
  if (!is_name_taken(directory_.get(), entry.name.c_str())) entry.name = Text<255>(name);
}

// Once for each name and reason, as long as something is wrong.
void ScanDirectory::warn_once(std::string_view name) {
  const uint32_t hash = hash_of(name, errno);
  const auto place = std::find_if(warned_.begin(), warned_.end(),
                                  [hash](uint32_t old) { return old == hash || old == 0; });
  if (place == warned_.end() || *place == hash) return;
  *place = hash;
  warn_errno({"unable to stat ", name});
}

bool ScanDirectory::has_hook(const char* path) const {
  struct stat facts {};
  return fstatat(directory_.get(), path, &facts, 0) == 0 && (facts.st_mode & S_IXUSR) != 0;
}

// --- The watch --------------------------------------------------------------

Entry* ScanDirectory::read_watch(bool lists) {
  const Watch::Changes changes = watch_.read_changes();
  if (changes == Watch::Changes::none) return nullptr;
  const bool single = changes == Watch::Changes::newcomer && lists && !due_;
  Entry* const entry = single ? list(watch_.newcomer()) : nullptr;
  if (entry == nullptr) due_ = true;
  return entry;
}

// Null where only a scan can show what the name means.
Entry* ScanDirectory::list(const char* name) {
  struct stat facts {};
  if (fstatat(directory_.get(), name, &facts, 0) != 0 || !S_ISDIR(facts.st_mode)) return nullptr;
  const DirectoryId identity{facts.st_dev, facts.st_ino};
  if (roster_.see(name, identity) != Roster::Seen::fresh) return nullptr;
  scan_at_ = std::min(scan_at_, now() + calm_interval);
  return roster_.find(identity);
}

}  // namespace stoker
