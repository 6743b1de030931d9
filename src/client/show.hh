// SPDX-License-Identifier: ISC
// `sv status`: a line for each service, or JSON.
#pragma once
#include "client/explainer.hh"
#include "client/printer.hh"
#include "client/service_handle.hh"
#include "client/view.hh"

namespace stoker {

struct Shown {
  enum class Last : uint8_t { absent, up, down, unknown };
  unsigned failures = 0;
  Last last = Last::absent;  // the state of the last service without its logger: for init scripts
};

// A line for each, with its logger on the same line; or a JSON array.
Shown show_status(const Places& places, std::span<char* const> names, Printer& printer, bool json);

// The status of a service and of its logger. Another suite's logger has a state directory of its
// own.
struct Snapshot {
  Probe probe;
  View main;
  Probe log_probe;  // of another suite's logger
  View log;
  bool has_log = false;  // there is one, or there should be
  Text<1500> sockets;    // see View
  GroupFigures group;    // … if measured
};
// Fills it in place, because the views point into the probes.
void take_snapshot(Snapshot& snapshot, const Places& places, const char* name, int service);
// Adds what its control group uses, if it has one.
void measure(Snapshot& snapshot, const Places& places, const char* name, int service);
// Adds why it waits for others, if it does: valid until the next call with this explainer.
void explain(Snapshot& snapshot, Explainer& explainer, const char* name);

}  // namespace stoker
