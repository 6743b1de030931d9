// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// Puts /dev/null in place of the standard input. False with errno.
[[nodiscard]] bool leave_standard_input();

}  // namespace stoker
