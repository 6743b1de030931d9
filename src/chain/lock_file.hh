// SPDX-License-Identifier: ISC
#pragma once
#include "chain/wording.hh"

namespace stoker {

enum class LockWait { wait, fail };

// Takes an exclusive lock that the program to come holds until its end: its
// descriptor stays open. `silently` leaves with 0 instead of dying if there is none.
void hold_lock(const char* file, LockWait wait, bool silently, const LoaderWording& wording);

}  // namespace stoker
