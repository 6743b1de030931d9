// SPDX-License-Identifier: ISC
#include "base/near.hh"

namespace stoker {

bool is_slip(std::string_view one, std::string_view other) {
  while (!one.empty() && !other.empty() && one.front() == other.front()) {
    one.remove_prefix(1);
    other.remove_prefix(1);
  }
  while (!one.empty() && !other.empty() && one.back() == other.back()) {
    one.remove_suffix(1);
    other.remove_suffix(1);
  }
  if (one.size() <= 1 && other.size() <= 1) return one.size() + other.size() > 0;
  return one.size() == 2 && other.size() == 2 && one[0] == other[1] && one[1] == other[0];
}

}  // namespace stoker
