// SPDX-License-Identifier: ISC
#include "supervise/dialect.hh"

#include "base/parse.hh"

namespace stoker {

const Manners& manners_of(std::string_view program) {
  const std::string_view called = base_name(program);
  for (const Manners& row : manners_table)
    if (row.name == called) return row;
  return manners_table[0];
}

}  // namespace stoker
