// SPDX-License-Identifier: ISC
#pragma once
#include <optional>

namespace stoker {

// The byte that was last written to the pipe, which stays there. Empty if the
// pipe is empty, or where the system does not show it.
std::optional<char> last_byte_in(int pipe);

}  // namespace stoker
