// SPDX-License-Identifier: ISC
#pragma once
#include "jail/jail.hh"

namespace stoker {

// Mounts a directory with no devices but those that harm nobody there, and with
// terminals of its own.
void mount_devices(const Jail& jail, const char* path);

}  // namespace stoker
