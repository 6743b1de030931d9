// SPDX-License-Identifier: ISC
// Finds the first path that a pattern matches, and the directories on which that depends.
#pragma once
#include "base/function_ref.hh"
#include "base/text.hh"

namespace stoker {

// The first match of the pattern, in which `*`, `?` and `[…]` stand for parts of one name and do
// not match a dot in front, as in the shell; empty if there is none. `visit` is called with each
// directory before it is looked at: when none of them changes, the answer stays the same.
PathText first_match(const char* pattern, FunctionRef<void(const char*)> visit);

}  // namespace stoker
