// SPDX-License-Identifier: ISC
#pragma once
#include "base/fd.hh"

namespace stoker {

// What all that open files in fd.hh come to, with these flags of open(2) besides.
Fd open_with(int at, const char* path, int flags, mode_t mode = 0);

}  // namespace stoker
