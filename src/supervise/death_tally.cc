// SPDX-License-Identifier: ISC
#include "supervise/death_tally.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/fd.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr char new_death_tally[] = "death_tally.new";

std::string_view text_of(const DeathTallyEntry& entry) {
  return {reinterpret_cast<const char*>(entry.data()), entry.size()};
}

bool copy_entries(int from, int to) {
  char buffer[32 * death_tally_entry_size];
  for (;;) {
    const ssize_t got = read_all(from, buffer);
    if (got < 0 || !write_all(to, {buffer, static_cast<size_t>(got)})) return false;
    if (static_cast<size_t>(got) < sizeof buffer) return true;
  }
}

}  // namespace

DeathTallyEntry death_tally_entry(const Tai64n& when, int exit_code, int signal) {
  DeathTallyEntry entry;
  const auto label = when.pack();
  auto* const end = std::copy(label.begin(), label.end(), entry.begin());
  end[0] = static_cast<unsigned char>(signal != 0 ? 128 + signal : exit_code);
  end[1] = static_cast<unsigned char>(signal);
  return entry;
}

bool add_to_death_tally(int state_directory, const DeathTallyEntry& entry, unsigned limit) {
  const Fd old = open_read_plain(state_directory, layout::death_tally);
  struct stat facts {};
  if (old && fstat(old.get(), &facts) != 0) return false;
  const off_t most = static_cast<off_t>(limit - 1) * static_cast<off_t>(death_tally_entry_size);
  if (facts.st_size <= most) {
    const Fd file = open_append_plain(state_directory, layout::death_tally, layout::file_mode);
    return file && write_all(file.get(), text_of(entry));
  }
  const Fd fresh = open_fresh(state_directory, new_death_tally, layout::file_mode);
  return fresh && lseek(old.get(), facts.st_size - most, SEEK_SET) >= 0 &&
         copy_entries(old.get(), fresh.get()) && write_all(fresh.get(), text_of(entry)) &&
         renameat(state_directory, new_death_tally, state_directory, layout::death_tally) == 0;
}

}  // namespace stoker
