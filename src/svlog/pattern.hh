// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/text.hh"

namespace stoker {

// A piece of text that whatever matches a POSIX extended regular expression contains.
struct Needle {
  Text<255> text;      // the longest found; empty: none is known
  bool whole = false;  // the expression says nothing beyond it
};

Needle needle_of(std::string_view expression);

}  // namespace stoker
