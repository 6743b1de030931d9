// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

struct Identity;

// If the owner is a dynamic user, makes all that earlier dynamic users have left in the open
// directory and below, on the same file system, its own; nothing else, and symbolic links are not
// followed. Dies if that fails.
void hand_over(int directory, const Identity& owner);

}  // namespace stoker
