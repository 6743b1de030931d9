// SPDX-License-Identifier: ISC
// What differs between the names the supervisor is called by: one row each.
#pragma once
#include <string_view>

#include "service/status.hh"

namespace stoker {

struct Personality {
  CalledAs called_as;
  std::string_view name;       // in messages and usage
  int misuse;                  // exit code of wrong usage
  std::string_view lock_verb;  // "unable to … supervise/lock"
  bool leave_stops;            // x stops the service; otherwise x waits until it is down
  char once;                   // the want byte of a service that shall run once
  bool own_session;            // every service gets a session of its own
  bool core_bit;               // a core dump adds 128 to finish's second argument
  bool runs_check;             // ./check decides when the service is ready
  bool runit_pace;             // restarts by runit's rule
};

constexpr Personality personalities[] = {
    {CalledAs::supervise, "supervise", 100, "acquire", false, '\0', true, false, true, false},
    {CalledAs::runsv, "runsv", 1, "lock", true, 'd', false, true, false, true},
};

// The personality of the program called as `program` (argv[0]).
const Personality& personality_of(std::string_view program);

}  // namespace stoker
