// SPDX-License-Identifier: ISC
#include "supervise/history_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hh"
#include "base/digest.hh"
#include "base/fd.hh"
#include "base/shared_directory.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

uint32_t digest_of(const HistoryEntry& entry) {
  Digest digest;
  for (const int value : {static_cast<int>(entry.state), static_cast<int>(entry.reason), entry.pid,
                          entry.exit_code, entry.signal})
    for (unsigned shift = 0; shift < 32; shift += 8)
      digest.mix(static_cast<unsigned char>(static_cast<unsigned>(value) >> shift));
  return static_cast<uint32_t>(digest.value());
}

Fd open_history(const HistoryFile::Place& place, bool create) {
  const int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | (create ? O_CREAT : 0);
  return open_with(place.state_directory, layout::history, flags, layout::file_mode);
}

// Nothing else grows without a bound. What is torn off must not shift the entries that follow.
void append(const HistoryFile::Place& place, bool is_first, std::string_view bytes) {
  Fd file = open_history(place, place.create && is_first);
  struct stat facts {};
  if (!file || fstat(file.get(), &facts) != 0 || !is_plain_file(facts)) return;
  const auto size = static_cast<size_t>(facts.st_size);
  if (size + bytes.size() > history_size || size % history_entry_size != 0) {
    const int at = place.state_directory;
    if (renameat(at, layout::history, at, layout::history_old) != 0) return;
    file = open_history(place, true);
  }
  static_cast<void>(file && write_all(file.get(), bytes));
}

}  // namespace

HistoryEntry history_entry(const RunState& run, uint64_t boot_mark) {
  const timespec time = read_clock(boottime_clock), wall = read_clock(CLOCK_REALTIME);
  return {.at = static_cast<uint64_t>(time.tv_sec) * 1'000'000 +
                static_cast<uint64_t>(time.tv_nsec) / 1'000,
          .wall = static_cast<uint32_t>(wall.tv_sec),
          .boot = history_boot(boot_mark),
          .state = run.state,
          .want = run.want,
          .reason = run.reason,
          .oneshot = run.oneshot,
          .exit_code = run.exit_code,
          .signal = run.signal,
          .error = run.error,
          .pid = run.pid};
}

HistoryEntry history_entry(const RunState& run, const HealthStatus& health, uint64_t boot_mark) {
  HistoryEntry entry = history_entry(run, boot_mark);
  if (run.state != State::ready || health.state != HealthState::unhealthy) return entry;
  entry.reason = Reason::unhealthy;
  entry.error = pack(HealthFault{health.last, health.failures});
  return entry;
}

void remove_history(int state_directory) {
  for (const char* const name : {layout::history, layout::history_old})
    unlinkat(state_directory, name, 0);
}

void HistoryFile::note_health(HistoryEntry& entry, const HealthStatus& health) {
  const bool is_ill = entry.state == State::ready && entry.reason == Reason::unhealthy;
  entry.recovered = was_ill_ && entry.state == State::ready && health.state == HealthState::healthy;
  was_ill_ = is_ill;
}

void HistoryFile::add(const Place& place, const RunState& main, const HealthStatus& health,
                      const RunState* log) {
  Text<2 * history_entry_size> bytes;
  // Who removes it, perhaps with all the rest, need not do so twice.
  const bool is_first = last_[0] == 0;
  for (const bool of_log : {false, true}) {
    if (of_log && log == nullptr) continue;
    uint32_t& last = last_[of_log ? 1 : 0];
    HistoryEntry entry = of_log ? history_entry(*log, place.boot_mark)
                                : history_entry(main, health, place.boot_mark);
    const uint32_t digest = digest_of(entry);
    if (last == digest) continue;
    entry.log = of_log;
    if (!of_log) note_health(entry, health);
    entry.began = last == 0 && !of_log && !took_over_;
    entry.took_over = last == 0 && !of_log && took_over_;
    last = digest;
    const auto encoded = encode(entry);
    bytes.append({reinterpret_cast<const char*>(encoded.data()), encoded.size()});
  }
  if (!bytes.empty()) append(place, is_first, bytes);
}

}  // namespace stoker
