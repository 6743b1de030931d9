// SPDX-License-Identifier: ISC
#include "log/read_files.hh"

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"

namespace stoker {

namespace {

// How far a file has got; the lower, the better.
int rank(std::string_view name) {
  const std::string_view code = archive_code(name);
  if (code == archive::in_progress) return 2;
  return code == archive::unfinished ? 1 : 0;
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
  // Most directories list them in no order at all.
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

bool OldLogs::look(int directory) {
  size_t room = 0;
  {
    Directory names(directory, ".");
    if (!names) return false;
    while (const char* const name = names.next()) room += archive_stamp(name) ? 1 : 0;
    if (errno != 0) return false;
  }
  logs_.emplace(room);
  count_ = 0;
  if (!*logs_) return false;
  // Those that have come in between are for the next look.
  Directory names(directory, ".");
  while (const char* const name = names ? names.next() : nullptr) {
    const auto label = archive_stamp(name);
    if (!label || count_ == room) continue;
    OldLog& log = logs_->all()[count_++];
    log.label = *label;
    log.name = ArchiveName(std::string_view(name));
  }
  count_ = put_in_order({logs_->all().data(), count_});
  return true;
}

}  // namespace stoker
