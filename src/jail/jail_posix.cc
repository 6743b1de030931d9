// SPDX-License-Identifier: ISC
#include "base/report.hh"
#include "jail/jail.hh"

namespace stoker {

void enter_jail(const Jail& jail) {
  if (!jail.try_only) die({"unable to create a jail: not supported on this system"});
  warn({"unable to create a jail: not supported on this system"});
}

}  // namespace stoker
