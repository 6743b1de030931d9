// SPDX-License-Identifier: ISC
// What is known of services, in the text format of Prometheus. Pure.
#pragma once
#include <optional>
#include <span>

#include "base/function_ref.hh"
#include "base/text.hh"
#include "service/status.hh"

namespace stoker {

// Of one service. What is unknown is empty.
struct Measured {
  std::string_view name;
  bool supervised = false;  // otherwise nothing else counts
  bool native = false;      // is `state` and what follows known?
  bool ready = false;
  State state = State::down;
  std::optional<bool> healthy;
  uint32_t starts = 0;
  std::optional<uint64_t> uptime;  // in seconds
  RunitStatus runit;
  Want want = Want::up;
  bool normally_up = true;
  std::optional<uint64_t> memory, log;  // in bytes
  std::optional<uint64_t> cpu;          // in microseconds
};

// The value of a label, between quotation marks. What is not UTF-8 becomes U+FFFD.
void escape_label(std::string_view value, FunctionRef<void(std::string_view)> sink);

// Passes on the text piece by piece; the lines of each metric stand together, behind their HELP and
// TYPE. A metric that no service has is left out.
void print_metrics(std::span<const Measured> services, FunctionRef<void(std::string_view)> sink);

}  // namespace stoker
