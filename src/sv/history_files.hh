// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "client/service_handle.hh"
#include "service/history.hh"

namespace stoker {

// As many entries as a service and its logger can have.
constexpr size_t most_history = 2 * history_size / history_entry_size;

// What is kept of the transitions of a service and its logger, the oldest first. The number of
// entries; 0 also where there is no history, or where it may not be read.
size_t read_history(const Places& places, const char* name, std::span<HistoryEntry> into);

// The time since boot, in microseconds, as entries have it.
uint64_t boot_clock();

}  // namespace stoker
