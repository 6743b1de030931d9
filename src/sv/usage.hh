// SPDX-License-Identifier: ISC
// What services use, computed from two looks at counters. Pure.
#pragma once
#include <optional>
#include <span>

#include "base/clock.hh"
#include "sv/process_table.hh"

namespace stoker {

// CPU and io since some moment: CPU in microseconds, all others in bytes. Empty where unknown.
struct Counters {
  std::optional<uint64_t> cpu, memory, tasks, read, written;
};

// CPU in tenths of a percent of one processor, reading and writing in bytes per second.
struct Usage {
  std::optional<uint64_t> cpu, memory, tasks, read, written;

  bool operator==(const Usage&) const = default;
};

// How far a counter came. One that is less than before has begun again.
std::optional<uint64_t> growth(const std::optional<uint64_t>& before,
                               const std::optional<uint64_t>& after);
// What the process has used since the look before, with the memory and tasks that it has. Of one
// that did not exist then, that is all. Its io is unknown if it may not be looked at.
Counters grown_by(const ProcessRow& process, std::span<ProcessRow> before);
// Adds what a process has used to what its service has.
void add_process(Counters& sum, const Counters& process);

// `grown` is what was used within that time.
Usage usage_of(const Counters& grown, Moment elapsed);
// The sum of what is known.
void add_known(Usage& sum, const Usage& more);

// The number behind a key, as "rbytes=12", over all lines of io.stat; see the kernel's
// documentation of control groups. Empty if there is no line.
std::optional<uint64_t> sum_of_devices(std::string_view lines, std::string_view key);

}  // namespace stoker
