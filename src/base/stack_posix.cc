// SPDX-License-Identifier: ISC
#include "base/stack.hh"

namespace stoker {

void give_back_stack() {}

}  // namespace stoker
