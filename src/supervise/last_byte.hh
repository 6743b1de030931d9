// SPDX-License-Identifier: ISC
#pragma once
#include <optional>

namespace stoker {

// The byte that was last written to the pipe, which stays there. Empty if nothing is in
// it, or where the system cannot tell.
std::optional<char> last_byte_in(int pipe);

}  // namespace stoker
