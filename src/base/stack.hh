// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// Returns the stack below the caller's frame to the system: otherwise a process that sleeps for
// weeks keeps what a deep call once used. Costs one system call, and a page fault for each page
// that is used again. Does nothing where that is not supported.
void give_back_stack();

}  // namespace stoker
