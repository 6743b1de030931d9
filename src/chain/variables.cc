// SPDX-License-Identifier: ISC
#include "chain/variables.hh"

#include <cstdlib>

#include "base/report.hh"

namespace stoker {

void set_variable(const char* name, const char* value) {
  if (setenv(name, value, 1) != 0) die_errno({"unable to set $", name});
}

void unset_variable(const char* name) {
  if (unsetenv(name) != 0) die_errno({"unable to unset $", name});
}

}  // namespace stoker
