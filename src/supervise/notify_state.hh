// SPDX-License-Identifier: ISC
// What a supervisor knows of a service by its notification socket: a plain value, which a
// successor needs, too.
#pragma once
#include "service/said.hh"

namespace stoker {

struct NotifyState {
  bool has_socket = false;  // NOTIFY_SOCKET is set for the run
  bool decides = false;     // … and the run is ready when it says so
  Said said;

  bool operator==(const NotifyState&) const = default;
};

}  // namespace stoker
