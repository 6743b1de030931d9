// SPDX-License-Identifier: ISC
#include "logger/trimmer.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "logdir/stamp.hh"
#include "logger/limits.hh"

namespace stoker {

namespace {

// Until what could not be deleted is tried again, unless a rotation comes first.
constexpr Moment long_pause = 60s;

}  // namespace

void Trimmer::begin() {
  began_by_wall_ = tai_now();
  began_ = now();
}

Census Trimmer::survey() {
  Census census(settings_.counted);
  Directory list(directory_.fd(), ".");
  if (!list) return census;
  size_t waiting = 0;
  while (const char* const name = list.next()) {
    const auto stamp = archive_stamp(name);
    if (!stamp) continue;
    const bool waits = settings_.processor != nullptr &&
                       archive_code(name) == archive::unfinished &&
                       (settler_.has(*stamp) || directory_.is_complete(name));
    if (waits) ++waiting;
    census.add(name, !waits, bytes_of(name));
  }
  queue_.set_size(waiting);
  return census;
}

// 0 where no limit needs it.
uint64_t Trimmer::bytes_of(const char* name) const {
  struct stat found {};
  if (settings_.limits.total == 0) return 0;
  if (fstatat(directory_.fd(), name, &found, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<uint64_t>(found.st_size);
}

bool Trimmer::remove(const ArchiveName& name) {
  settler_.drop(*archive_stamp(name));
  if (directory_.remove(name.c_str())) {
    settings_.info("delete: ", directory_.path(), name);
    return true;
  }
  if (errno == ENOENT) return true;
  // What is no log is nobody's trouble.
  if (errno == EISDIR) return false;
  directory_.warn_errno("unable to unlink oldest logfile: ", name);
  return false;
}

// By the clock as it was when logging began, plus the time since: a clock that is set
// forward makes no log older. One that is set back may keep them longer.
Tai64n Trimmer::time_for_ages() const {
  const auto since = static_cast<uint64_t>((now() - began_).count());
  return std::min(tai_now(), later_by(began_by_wall_, since));
}

void Trimmer::trim() {
  due_ = never;
  while (trim_oldest()) {
  }
}

// Checks the oldest few logs. True if there may be more that must go.
bool Trimmer::trim_oldest() {
  const Tai64n time = time_for_ages();
  const Census census = survey();
  ArchiveTotals logs{census.count(), census.bytes()};
  for (const ArchiveName& name : census.oldest()) {
    const Tai64n label = *archive_stamp(name);
    if (must_go(settings_.limits, logs, label, time)) {
      const uint64_t bytes = bytes_of(name.c_str());
      // A directory that somebody has given such a name does not keep the others.
      const bool removed = remove(name);
      if (!removed && errno == EISDIR) continue;
      if (!removed) due_ = now() + long_pause;
      if (due_ != never) return false;
      --logs.count;
      logs.bytes -= std::min(bytes, logs.bytes);
      continue;
    }
    // Those behind one without an age may have one.
    const Moment left = time_to_keep(settings_.limits, label, time);
    if (left == never) continue;
    due_ = now() + left;
    return false;
  }
  return logs.count < census.count() && census.oldest().size() == Census::room;
}

bool Trimmer::make_room() {
  const int reason = errno;
  const Census census = survey();
  errno = reason;
  if (census.oldest().empty() || !may_delete_when_full(settings_.limits, census.count()))
    return false;
  for (const ArchiveName& oldest : census.oldest()) {
    warn({"out of disk space, delete: ", directory_.path(), "/", oldest});
    if (directory_.remove(oldest.c_str())) return true;
    if (errno != EISDIR) break;
  }
  errno = reason;
  return false;
}

}  // namespace stoker
