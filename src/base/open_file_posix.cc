// SPDX-License-Identifier: ISC
#include "base/fd.hh"
#include "base/open_file.hh"

namespace stoker {

bool is_same_open_file(int one, int other) {
  struct stat first {
  }, second{};
  return fstat(one, &first) == 0 && fstat(other, &second) == 0 && is_same_file(first, second);
}

}  // namespace stoker
