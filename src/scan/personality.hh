// SPDX-License-Identifier: ISC
// What differs between the names the scanner is called by: one row each.
#pragma once
#include <csignal>
#include <string_view>

#include "base/clock.hh"

namespace stoker {

struct ScanPersonality {
  std::string_view name;        // in messages and usage
  std::string_view supervisor;  // the program it starts for each service
  int misuse, trouble;          // exit codes
  bool follows_links;           // a switched link to the directory switches the services
  bool abandons;                // TERM and HUP leave at once, as runsvdir does
  // How long one that has left stays away: runit's sv looks every 0.42 s whether it is gone.
  Moment absence;
};

constexpr ScanPersonality scan_personalities[] = {
    {"svscan", "supervise", 100, 111, false, false, 0s},
    {"runsvdir", "runsv", 1, 100, true, true, 2s},
};

}  // namespace stoker
