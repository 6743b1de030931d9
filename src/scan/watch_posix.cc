// SPDX-License-Identifier: ISC
// The portable twin: it only gives how often to look.
#include "scan/watch.hh"

namespace stoker {

bool Watch::begin(int, const char*, bool) { return true; }

void Watch::include_state(const char*) {}

Watch::Changes Watch::read_changes() { return Changes::none; }

void Watch::end() {}

Moment Watch::looks() const { return 1s; }

}  // namespace stoker
