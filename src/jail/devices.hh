// SPDX-License-Identifier: ISC
#pragma once
#include "jail/jail.hh"

namespace stoker {

// Mounts a directory that holds only harmless devices, and a new devpts.
void mount_devices(const Jail& jail, const char* path);

}  // namespace stoker
