// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// Gives the memory below the caller's frame back to the system: what deeper calls have
// used once would otherwise belong to a process that sleeps for weeks. Costs one system
// call, and the next deep calls a page fault each. Nothing where the system has no such
// thing.
void give_back_stack();

}  // namespace stoker
