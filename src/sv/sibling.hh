// SPDX-License-Identifier: ISC
#pragma once
#include "base/text.hh"

namespace stoker {

// Another program of the suite, for sv to execute: in the directory of sv itself, which was called
// as `argv0`, or else by its name alone, to be looked up in PATH.
PathText path_of_sibling(const char* argv0, const char* program);

}  // namespace stoker
