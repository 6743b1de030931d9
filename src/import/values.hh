// SPDX-License-Identifier: ISC
// Values of unit files in the words of our own files and options. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace stoker::importer {

// A time with a unit: `20` is `20s`; `infinity` stays. Empty if it is no time that can be used.
std::optional<std::string> time_of(std::string_view value);
// Nothing, 0 and infinity mean that there is no limit.
bool is_unlimited(std::string_view time);

// `512M` in bytes; `max` for infinity. Empty for a percentage, and what is no size.
std::optional<std::string> size_of(std::string_view value);

// The same with units of powers of 1000, as for bandwidths.
std::optional<std::string> decimal_size_of(std::string_view value);

// "TERM" for SIGTERM and 15; empty if there is no such signal.
std::string signal_of(std::string_view value);

// The number of an exit code by its name, TEMPFAIL or 75, or the name of a signal.
std::string exit_status_of(std::string_view word);

// `--option` and `program` of "PROGRAM --option".
struct OptionTarget {
  std::string program, option;
};
OptionTarget target_of(std::string_view text);

}  // namespace stoker::importer
