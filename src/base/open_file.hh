// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// Do both descriptors stand for the same open file, one being a copy of the other? Where the system
// does not tell, for the same file.
bool is_same_open_file(int one, int other);

}  // namespace stoker
