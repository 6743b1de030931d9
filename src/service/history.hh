// SPDX-License-Identifier: ISC
// The file supervise/history: the last transitions of a service and of its logger, an entry of
// fixed size for each, the oldest first. Before it grows beyond a bound it becomes `history.old`.
// Pure.
#pragma once
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "service/state.hh"

namespace stoker {

namespace layout {
constexpr char history_old[] = "history.old";
}

struct HistoryEntry {
  uint64_t at = 0;    // microseconds since boot (CLOCK_BOOTTIME), so that setting the clock …
  uint32_t wall = 0;  // … spoils nothing; the clock itself, in seconds since 1970
  uint32_t boot = 0;  // differs from boot to boot: see history_boot()
  State state = State::down;
  Want want = Want::up;
  Reason reason = Reason::none;
  bool log = false;        // of the logger
  bool oneshot = false;    // ready without a process
  bool began = false;      // the first of a supervisor that found nothing to take over …
  bool took_over = false;  // … or that did
  bool recovered = false;  // it has been unhealthy, and is not any more
  int exit_code = -1;      // these as in ServiceStatus
  int signal = 0;
  int error = 0;
  pid_t pid = 0;  // of what runs, a script included

  bool operator==(const HistoryEntry&) const = default;
};

constexpr size_t history_entry_size = 32;
constexpr size_t history_size = 128 * history_entry_size;  // of a file, at most

// Of boot_mark().
uint32_t history_boot(uint64_t boot_mark);

std::array<unsigned char, history_entry_size> encode(const HistoryEntry& entry);

// The entries of a file's bytes. Leaves out those of an unknown version, or with a state unknown to
// this one, and half an entry at the end. The number of entries; what does not fit is left out.
size_t decode_history(std::span<const unsigned char> bytes, std::span<HistoryEntry> into);

}  // namespace stoker
