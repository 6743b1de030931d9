// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/clock.hh"

namespace stoker {

struct WaitLimit {
  Moment limit = 0s;
  bool valid =
      true;  // the whole text is a time; otherwise only the number at its beginning is used
};

// "7" or "0.5" seconds, or "2min". Text that does not begin with a number is 0, as in runit.
WaitLimit parse_wait_limit(std::string_view text);

// Counted from now.
Moment deadline_after(Moment limit);

}  // namespace stoker
