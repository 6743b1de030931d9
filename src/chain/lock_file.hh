// SPDX-License-Identifier: ISC
#pragma once
#include "chain/wording.hh"

namespace stoker {

enum class LockWait { wait, fail };

// Takes an exclusive lock that the program holds until it exits: the descriptor stays open. If the
// lock is not available, `silently` exits 0 instead of dying.
void hold_lock(const char* file, LockWait wait, bool silently, const LoaderWording& wording);

}  // namespace stoker
