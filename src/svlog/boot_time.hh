// SPDX-License-Identifier: ISC
#pragma once
#include "base/tai64n.hh"

namespace stoker {

// When the machine or the container was started, which is when its process 1 was.
Tai64n boot_time();

}  // namespace stoker
