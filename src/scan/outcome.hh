// SPDX-License-Identifier: ISC
// What a service's report means to the tree: pure.
#pragma once
#include <cstdint>
#include <string_view>

#include "service/report.hh"
#include "service/status.hh"

namespace stoker {

enum class Outcome : uint8_t {
  nothing,
  settled,  // ready or not wanted: the main process need not wait for it any longer
  ended,    // for good, and the tree depends on it
};

// `awaited`: the main process waits for the service.
Outcome outcome_of(const Report& report, bool awaited);

// What of a service is waited for when its supervisor is to end, behind the service's name:
// "/log", ": finish". Empty: what it runs, or unknown.
std::string_view awaited_part(const StatusFile& status);

}  // namespace stoker
