// SPDX-License-Identifier: ISC
#include <cerrno>

#include "await/path_watch.hh"

namespace stoker {

bool PathWatch::begin() {
  lacks_ = true;
  errno = ENOSYS;
  return false;
}

void PathWatch::add_directory(const char*) {}

int PathWatch::add_path(const char*, bool) { return none; }

void PathWatch::read_notices() {}

bool PathWatch::was_touched(int) const { return lost_ && count_ > 0; }

Moment PathWatch::looks() const { return 1s; }

}  // namespace stoker
