// SPDX-License-Identifier: ISC
// ServiceSettings: which files there are, and what is wrong with them.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.hh"
#include "base/directory.hh"
#include "base/file.hh"
#include "service/lint.hh"
#include "service/settings.hh"

namespace stoker {

namespace {

void mix(Digest& digest, const timespec& time) {
  digest.mix_number(static_cast<uint64_t>(time.tv_sec));
  digest.mix_number(static_cast<uint64_t>(time.tv_nsec));
}

// Changes when one of these files, of those with a value, is written.
uint32_t stamp_of_values(int directory, uint64_t files) {
  Digest digest;
  for (size_t at = 0; at < setting_count; ++at) {
    struct stat facts {};
    const bool exists = (files >> at & 1U) != 0;
    if (!exists || fstatat(directory, service_file_names[at].name, &facts, 0) != 0) continue;
    digest.mix(static_cast<unsigned char>(at));
    mix(digest, facts.st_ctim);
  }
  return static_cast<uint32_t>(digest.value());
}

// Changes when a file is added to the directory, replaced or removed.
uint32_t stamp_of_directory(const struct stat& facts) {
  Digest digest;
  digest.mix(static_cast<unsigned char>(facts.st_ino));
  mix(digest, facts.st_ctim);
  return static_cast<uint32_t>(digest.value());
}

// The clock of a file system ticks: what is added within one tick does not show in the time of
// the directory.
bool is_past(const timespec& changed) {
  const timespec time = read_clock(CLOCK_REALTIME);
  const Moment since = std::chrono::seconds(time.tv_sec - changed.tv_sec) +
                       std::chrono::nanoseconds(time.tv_nsec - changed.tv_nsec);
  const bool counts_seconds = changed.tv_nsec == 0;
  return since > (counts_seconds ? Moment(3s) : Moment(50ms));
}

uint32_t sum_of(std::string_view text) {
  Digest digest;
  digest.mix(text);
  return static_cast<uint32_t>(digest.value());
}

}  // namespace

void ServiceSettings::inspect(uint32_t stamp, bool asked) {
  if (directory_ < 0) return;
  const bool listed = look(true);
  stamp ^= stamp_of_values(directory_, seen_);
  const bool changed = std::exchange(inspected_, stamp) != stamp;
  if ((changed || asked) && !listed) list(true);
}

bool ServiceSettings::may_exist(ServiceFile file) {
  if (listed_ != 0 && !fresh_) look(false);
  return listed_ == 0 || seen(file);
}

bool ServiceSettings::is_listed(ServiceFile file) const {
  return listed_ != 0 ||
         is_name_taken(directory_, service_file_names[static_cast<size_t>(file)].name);
}

// Lists the directory where that may have changed.
bool ServiceSettings::look(bool warns) {
  struct stat facts {};
  const bool known = fstat(directory_, &facts) == 0;
  const uint32_t stamp = known ? stamp_of_directory(facts) : 0;
  fresh_ = true;
  if (known && settled_ && listed_ == stamp) return false;
  listed_ = stamp;
  settled_ = is_past(facts.st_ctim);
  list(warns);
  return true;
}

void ServiceSettings::list(bool warns) {
  Reported now{};
  size_t count = 0;
  Directory entries(directory_, ".");
  const char* name = nullptr;
  if (entries) seen_ = 0;
  while ((name = entries ? entries.next() : nullptr) != nullptr) {
    const size_t at = index_of_service_file(name);
    if (at < service_file_count) seen_ |= bit_of(static_cast<ServiceFile>(at));
    if (warns) report(name, now, count);
  }
  if (!entries || errno != 0) look_one_by_one();
  if (!warns) return;
  reported_ = now;
  for (size_t at = 0; at < setting_count; ++at)
    if (seen(static_cast<ServiceFile>(at))) check(at);
}

// The directory cannot be listed now: a service that has `needs` or `listen` must not start as if
// it had not.
void ServiceSettings::look_one_by_one() {
  listed_ = 0;
  for (size_t at = 0; at < service_file_count; ++at)
    if (is_name_taken(directory_, service_file_names[at].name))
      seen_ |= bit_of(static_cast<ServiceFile>(at));
}

// Warns of the fault of a name, if it has one that was not there the last time.
void ServiceSettings::report(std::string_view name, Reported& now, size_t& count) {
  const Fault fault = fault_of_name(label(), name);
  if (fault.empty()) return;
  const uint32_t sum = sum_of(fault.view());
  if (std::find(reported_.begin(), reported_.end(), sum) == reported_.end()) warn({fault});
  if (count < now.size()) now[count++] = sum;
}

Text<64> ServiceSettings::names_files() const {
  Text<64> names;
  for (const FileName& file : service_file_names) {
    const auto at = static_cast<ServiceFile>(&file - service_file_names.data());
    if (file.kind == FileKind::names && seen(at))
      names.append(names.empty() ? "" : ", ", file.name);
  }
  return names;
}

}  // namespace stoker
