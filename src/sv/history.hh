// SPDX-License-Identifier: ISC
// `sv history`: transitions as lines and as JSON. Pure.
#pragma once
#include "client/printer.hh"
#include "client/view.hh"
#include "service/history.hh"

namespace stoker {

// A transition of a service, or of its logger.
struct Transition {
  const char* name = nullptr;
  HistoryEntry entry;
  bool this_boot = false;
  uint64_t when = 0;     // microseconds since 1970, by the clock as it is set now
  uint64_t lasted = 0;   // in microseconds, as far as is known
  bool lasts = false;    // until now
  bool unknown = false;  // how long it lasted: the machine went down, or was
};

struct HistoryClocks {
  uint64_t since_boot = 0, since_1970 = 0;  // of now, in microseconds
  uint32_t boot = 0;
};

// The transitions of one service from its entries, which are the oldest first; `into` has room for
// as many.
void list_transitions(const char* name, std::span<const HistoryEntry> entries,
                      const HistoryClocks& clocks, std::span<Transition> into);

bool is_earlier(const Transition& one, const Transition& other);

// What happened, apart from the state: "killed by SIGSEGV", "taken over by a new supervisor".
Cell remark(const HistoryEntry& entry);
// "12 ms", "3m 12s+" for one that lasts, "-".
Text<40> lasted_text(const Transition& transition);
// "web", "web/log"
Cell whose(const Transition& transition);
Cell moment_text(const Transition& transition);

// {"time":…,"name":…,…} without a line end.
void append_json_transition(Page& page, const Transition& transition);

}  // namespace stoker
