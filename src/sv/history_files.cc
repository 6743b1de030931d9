// SPDX-License-Identifier: ISC
#include "sv/history_files.hh"

#include <sys/stat.h>

#include <ctime>

#include "base/clock.hh"
#include "service/layout.hh"

namespace stoker {

uint64_t boot_clock() {
#ifdef CLOCK_BOOTTIME
  constexpr clockid_t clock = CLOCK_BOOTTIME;
#else
  constexpr clockid_t clock = CLOCK_MONOTONIC;
#endif
  const timespec time = read_clock(clock);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 +
         static_cast<uint64_t>(time.tv_nsec) / 1000;
}

namespace {

size_t read_entries(const Fd& file, std::span<HistoryEntry> into) {
  char bytes[history_size];
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  if (got <= 0) return 0;
  return decode_history({reinterpret_cast<unsigned char*>(bytes), static_cast<size_t>(got)}, into);
}

}  // namespace

size_t read_history(const Places& places, const char* name, std::span<HistoryEntry> into) {
  const Fd service = open_service(places, name);
  const Fd state = service ? open_state(places, name, service.get()) : Fd();
  if (!state) return 0;
  // In this order, since the file may become the old one in between.
  const Fd file = open_read(state.get(), layout::history);
  Fd old = open_read(state.get(), layout::history_old);
  struct stat one {
  }, other{};
  if (file && old && fstat(file.get(), &one) == 0 && fstat(old.get(), &other) == 0 &&
      is_same_file(one, other))
    old.reset();
  const size_t count = read_entries(old, into);
  return count + read_entries(file, into.subspan(count));
}

}  // namespace stoker
