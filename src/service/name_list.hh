// SPDX-License-Identifier: ISC
// The names in a file such as `needs`: one per line, blank lines and those that begin with # are
// ignored. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

// What is wrong with a name.
enum class NameFault : uint8_t {
  none,
  dot,       // it begins with a dot: svscan takes no such directory for a service
  slash,     // it is a path
  logger,    // NAME/log, which comes and goes with its service
  itself,    // the service's own name
  control,   // it has a control byte in it
  too_long,  // for a file name
  too_many,  // no more than most_names of a file count
};
constexpr size_t longest_name = 255;

// `name` is not empty; `owner` is the service whose file it is in.
NameFault fault_of_service_name(std::string_view name, std::string_view owner);
// "a name cannot begin with a dot": the reason, for "ignoring NAME in SERVICE/needs: REASON".
std::string_view reason_of(NameFault fault);

// The most names that are read from one file; what follows is ignored.
constexpr size_t most_names = 10000;

// Lines longer than this hold no name.
constexpr size_t longest_line = 511;

// Cuts names out of a file that is read piece by piece.
class NameLines {
 public:
  // The next name, without the white space around it; it is a part of `bytes`, from which it and
  // all before it is cut off. Empty when no whole line is left: read on, behind what is left,
  // which is no more than longest_line. At the end of the file (`is_end`) the rest is a line. A
  // line that is too long is shortened to longest_line, and what follows of it is skipped.
  std::optional<std::string_view> next(std::string_view& bytes, bool is_end);

 private:
  bool skips_ = false;  // up to the end of the line
};

}  // namespace stoker
