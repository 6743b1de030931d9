// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <string_view>

#include "base/tai64n.hh"
#include "base/text.hh"

namespace stoker {

// A line as it is in a log.
struct LogLine {
  std::string_view text;   // without the newline
  size_t stamp_size = 0;   // of the time stamp in front, with its blank
  Tai64n time;             // of the stamp, or what comes nearest to it
  bool terminated = true;  // by a newline
  bool continued = false;  // has the rest of the line that was shown before it
  // If so: the first bytes of a character at the end of what was shown.
  std::string_view before;

  std::string_view message() const { return {text.data() + stamp_size, text.size() - stamp_size}; }
};

using LogName = Text<255>;

}  // namespace stoker
