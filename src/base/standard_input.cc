// SPDX-License-Identifier: ISC
#include "base/standard_input.hh"

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.hh"

namespace stoker {

bool leave_standard_input() {
  const Fd nothing = open_read(AT_FDCWD, "/dev/null");
  return nothing && dup2(nothing.get(), STDIN_FILENO) == STDIN_FILENO;
}

}  // namespace stoker
