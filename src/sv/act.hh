// SPDX-License-Identifier: ISC
// Sends commands to many services at once, and waits for them in parallel.
#pragma once
#include <optional>

#include "base/clock.hh"
#include "client/printer.hh"
#include "client/service_handle.hh"
#include "sv/verb.hh"

namespace stoker {

struct ServiceCommand {
  const char* name = nullptr;
  const Verb* verb = nullptr;
  Manner manner = Manner::plain;
};

struct CommandOptions {
  const Places& places;
  bool waits;  // until the goal is reached
  Moment deadline;
  Moment patience = 0s;                    // until then, a svscan may begin that is not there yet
  std::optional<Moment> minimum_uptime{};  // that a start must have; otherwise the service's own
};

// Prints a line for each service that was waited for or that failed. Returns how many failed.
unsigned act(const CommandOptions& options, std::span<const ServiceCommand> commands,
             Printer& printer);

}  // namespace stoker
