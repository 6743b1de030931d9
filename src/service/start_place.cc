// SPDX-License-Identifier: ISC
#include "service/start_place.hh"

#include "base/process.hh"

namespace stoker {

void meet_start_places(pid_t pid, FunctionRef<void(const struct stat&)> meet) {
  for (const char* const name : {"PWD", "OLDPWD"}) {
    const PathText path = initial_variable(pid, name);
    struct stat place {};
    if (path.view().starts_with('/') && stat(path.c_str(), &place) == 0) meet(place);
  }
}

}  // namespace stoker
