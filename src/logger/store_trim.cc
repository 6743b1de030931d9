// SPDX-License-Identifier: ISC
// LogStore's old logs: which there are, and which go.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "logdir/stamp.hh"
#include "logger/store.hh"

namespace stoker {

namespace {

// Until what could not be deleted is tried again, unless a rotation comes first.
constexpr Moment long_pause = 60s;

}  // namespace

Census LogStore::survey() {
  Census census(settings_.counted);
  Directory list(directory(), ".");
  if (!list) return census;
  const bool processed = settings_.processor != nullptr;
  waiting_ = 0;
  while (const char* const name = list.next()) {
    const auto stamp = archive_stamp(name);
    if (!stamp) continue;
    const bool waits = processed && archive_code(name) == archive::unfinished &&
                       (settler_.has(*stamp) || is_complete(name));
    if (waits) ++waiting_;
    census.add(name, !waits, bytes_of(name));
  }
  return census;
}

// Nothing where nobody wants to know.
uint64_t LogStore::bytes_of(const char* name) const {
  struct stat found {};
  if (settings_.limits.total == 0) return 0;
  if (fstatat(directory(), name, &found, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<uint64_t>(found.st_size);
}

bool LogStore::remove_archive(const ArchiveName& name) {
  settler_.drop(*archive_stamp(name));
  if (unlinkat(directory(), name.c_str(), 0) == 0) {
    info({"delete: ", path_, "/", name});
    return true;
  }
  if (errno == ENOENT) return true;
  complaint_.warn_errno({"unable to unlink oldest logfile: ", path_, "/", name});
  return false;
}

// By the clock as it was when logging began, plus the time since: a clock that is set
// forward makes no log older. One that is set back may keep them longer.
Tai64n LogStore::time_for_ages() const {
  const auto since = static_cast<uint64_t>((now() - began_).count());
  return std::min(tai_now(), later_by(began_by_wall_, since));
}

void LogStore::trim() {
  expires_ = never;
  while (trim_oldest()) {
  }
}

// Looks at the oldest few logs. True if there may be more that must go.
bool LogStore::trim_oldest() {
  const Tai64n time = time_for_ages();
  const Census census = survey();
  ArchiveTotals logs{census.count(), census.bytes()};
  for (const ArchiveName& name : census.oldest()) {
    const Tai64n label = *archive_stamp(name);
    if (must_go(settings_.limits, logs, label, time)) {
      const uint64_t bytes = bytes_of(name.c_str());
      if (!remove_archive(name)) expires_ = now() + long_pause;
      if (expires_ != never) return false;
      --logs.count;
      logs.bytes -= std::min(bytes, logs.bytes);
      continue;
    }
    // Those behind one without an age may have one.
    const Moment left = time_to_keep(settings_.limits, label, time);
    if (left == never) continue;
    expires_ = now() + left;
    return false;
  }
  return logs.count < census.count() && census.oldest().size() == Census::room;
}

bool LogStore::remove_oldest_when_full() {
  const int reason = errno;
  // What is deleted while somebody still brings it to disk makes no room.
  settle_old_logs();
  const Census census = survey();
  errno = reason;
  if (census.oldest().empty() || !may_delete_when_full(settings_.limits, census.count()))
    return false;
  const ArchiveName& oldest = census.oldest().front();
  warn({"out of disk space, delete: ", path_, "/", oldest});
  if (unlinkat(directory(), oldest.c_str(), 0) == 0) return true;
  errno = reason;
  return false;
}

}  // namespace stoker
