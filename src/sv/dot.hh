// SPDX-License-Identifier: ISC
// `sv graph`: services in the language of dot(1). Pure.
#pragma once
#include "client/member.hh"
#include "client/printer.hh"

namespace stoker {

// What is not in `shown` is left out. `make_room` is called after each line.
void append_dot(Page& page, const Members& members, FunctionRef<bool(NodeId)> shown,
                FunctionRef<void()> make_room);

}  // namespace stoker
