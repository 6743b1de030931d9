// SPDX-License-Identifier: ISC
#pragma once
#include "base/report.hh"

namespace stoker {

// Dies with the reason from errno; with `--try` warns instead.
inline void die_or_warn(bool try_only, Words what) {
  if (!try_only) die_errno(what);
  warn_errno(what);
}

}  // namespace stoker
