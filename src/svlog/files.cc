// SPDX-License-Identifier: ISC
#include "svlog/files.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "logdir/stamp.hh"

namespace stoker {

namespace {

// How complete a file is; the lower, the better.
int rank(std::string_view name) {
  const std::string_view code = archive_code(name);
  if (code == archive::in_progress) return 2;
  return code == archive::unfinished ? 1 : 0;
}

// Has the directory been changed since then, or just before? The clock of files is a coarse
// one.
bool changed_since(int directory, const Tai64n& time) {
  constexpr uint64_t tolerance = 100000000;
  struct stat facts {};
  if (fstat(directory, &facts) != 0) return false;
  const Tai64n changed{Tai64n::epoch + static_cast<uint64_t>(facts.st_mtim.tv_sec),
                       static_cast<uint32_t>(facts.st_mtim.tv_nsec)};
  return later_by(changed, tolerance) >= time;
}

}  // namespace

bool is_better(std::string_view name, std::string_view than) {
  return rank(name) != rank(than) ? rank(name) < rank(than) : name < than;
}

size_t put_in_order(std::span<OldLog> logs) {
  const auto before = [](const OldLog& one, const OldLog& other) {
    if (one.label != other.label) return one.label < other.label;
    return is_better(one.name, other.name);
  };
  // Most directories list them in no order.
  std::sort(logs.begin(), logs.end(), before);
  const auto same = [](const OldLog& one, const OldLog& other) { return one.label == other.label; };
  return static_cast<size_t>(std::unique(logs.begin(), logs.end(), same) - logs.begin());
}

const OldLog* first_after(std::span<const OldLog> logs, const Tai64n& label) {
  const auto found =
      std::upper_bound(logs.begin(), logs.end(), label,
                       [](const Tai64n& wanted, const OldLog& log) { return wanted < log.label; });
  return found == logs.end() ? nullptr : &*found;
}

const OldLog* last_until(std::span<const OldLog> logs, const Tai64n& label) {
  const OldLog* const later = first_after(logs, label);
  const size_t count = later == nullptr ? logs.size() : static_cast<size_t>(later - logs.data());
  return count == 0 ? nullptr : &logs[count - 1];
}

bool OldLogs::read(int directory) {
  size_t room = 0;
  const Tai64n before = tai_now();
  {
    Directory names(directory, ".");
    if (!names) return false;
    while (const char* const name = names.next()) room += archive_stamp(name) ? 1 : 0;
    if (errno != 0) return false;
  }
  // Each may have two names, and more may appear while we read.
  logs_.emplace(2 * room + 64);
  count_ = 0;
  if (!*logs_) return false;
  add_all(directory);
  // A file that is renamed while the names are listed may be missed, so they are listed until
  // there is nothing new. A file that has been removed does no harm.
  constexpr int most_looks = 10;
  for (int looks = 1; looks < most_looks && changed_since(directory, before); ++looks) {
    const size_t known = count_;
    add_all(directory);
    if (count_ == known && looks > 1) break;
  }
  return true;
}

void OldLogs::add_all(int directory) {
  const std::span<OldLog> all = logs_->all();
  Directory names(directory, ".");
  while (const char* const name = names ? names.next() : nullptr) {
    const auto label = archive_stamp(name);
    if (!label || count_ == all.size()) continue;
    OldLog& log = all[count_++];
    log.label = *label;
    log.name = ArchiveName(std::string_view(name));
  }
  count_ = put_in_order(all.first(count_));
}

}  // namespace stoker
