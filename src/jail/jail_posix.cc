// SPDX-License-Identifier: ISC
#include "base/report.hh"
#include "jail/jail.hh"

namespace stoker {

void enter_jail(const Jail& jail) {
  if (!jail.try_only) die({"unable to make a jail: this system knows no such thing"});
  warn({"unable to make a jail: this system knows no such thing"});
}

}  // namespace stoker
