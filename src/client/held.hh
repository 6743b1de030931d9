// SPDX-License-Identifier: ISC
// What a command that starts a service makes of its being held.
#pragma once
#include "client/hold.hh"
#include "client/service_handle.hh"

namespace stoker {

struct HeldStart {
  bool hopeless = false;  // what it needs has failed, say: see `reason`
  bool doubtful = false;  // … is down, but may be about to be started for it
  bool waits = false;     // others are on their way
  Text<400> reason;
  Text<2048> awaited;  // names, one a line
};

// Looks at all that the service waits for.
HeldStart examine_held(const Places& places, const char* name, const StatusFile& status);

// Is it not going to start, as far as svscan and we know? Pure.
bool is_hopeless(Hold::Kind kind, const StatusFile& status);

// The status of a service that was asked to start in between: has its supervisor not read that yet?
// Pure.
bool is_before_start(const StatusFile& before, const StatusFile& status);

// Is that one of the names, one a line? Pure.
bool has_line(std::string_view lines, std::string_view name);

}  // namespace stoker
