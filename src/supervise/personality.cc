// SPDX-License-Identifier: ISC
#include "supervise/personality.hh"

#include "base/parse.hh"

namespace stoker {

const Personality& personality_of(std::string_view program) {
  const std::string_view called = base_name(program);
  for (const Personality& row : personalities)
    if (row.name == called) return row;
  return personalities[0];
}

}  // namespace stoker
