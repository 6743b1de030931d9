// SPDX-License-Identifier: ISC
// svscan's command line.
#pragma once
#include <cstddef>
#include <optional>

#include "base/clock.hh"
#include "scan/personality.hh"
#include "scan/signal_map.hh"

namespace stoker {

struct ScanOptions {
  const char* directory = ".";
  const char* state_root = nullptr;  // -S
  const char* logger = nullptr;      // -L: for services that have none
  int ready_fd = -1;                 // -d
  size_t most = 10000;               // -c
  bool sessions = false;             // runsvdir -P
  char* title = nullptr;             // runsvdir: what shows messages in the process list
  char* const* command = nullptr;    // the main process; null: none
  SignalMap signals{};               // --forward, --rewrite
  std::optional<Moment> grace{};     // -g
  Moment pre_stop_delay = 0s;        // --pre-stop-delay
  const char* cgroup = nullptr;      // --cgroup, or its PATH; null: groups only where needed
  const char* termination_log = "/dev/termination-log";
};

// Prints the usage, or what is wrong, and exits if it is wrong.
ScanOptions read_scan_options(const ScanPersonality& personality, int argc, char** argv);

}  // namespace stoker
