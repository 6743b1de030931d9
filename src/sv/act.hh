// SPDX-License-Identifier: ISC
// Carries out one command on many services at once, and waits for all together.
#pragma once
#include "base/clock.hh"
#include "client/printer.hh"
#include "client/service_handle.hh"
#include "sv/verb.hh"

namespace stoker {

struct Order {
  const Verb& verb;
  const Places& places;
  bool waits;  // until it is so
  Moment deadline;
};

// One result line for each service that was waited for, or that it failed for. How
// many failed.
unsigned act(const Order& order, std::span<char* const> names, Printer& printer);

}  // namespace stoker
