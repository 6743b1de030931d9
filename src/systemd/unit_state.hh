// SPDX-License-Identifier: ISC
// The state of a service in the words of systemd. Pure. The words and which of them belong together
// are those of systemctl(1).
#pragma once
#include <string_view>

#include "service/status.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

enum class Active : uint8_t {
  active,
  reloading,
  inactive,
  failed,
  activating,
  deactivating,
};
std::string_view word(Active active);

struct UnitState {
  Active active = Active::inactive;
  std::string_view sub = "dead";
};

// What starts the program of a service.
enum class Trigger : uint8_t {
  none,
  timer,   // timer(8), which becomes the program when it is due
  socket,  // what arrives at its sockets
};

// What is known of a service.
struct ServiceFacts {
  bool is_supervised = false;
  Trigger trigger = Trigger::none;
  bool is_due = false;  // with a timer: its program runs
  bool is_group = false;
  const StatusFile* status = nullptr;
};

// Of the unit of that type which the service is: a timer waits while its service is inactive.
UnitState state_of(UnitType type, const ServiceFacts& facts);

// "success", "exit-code", "signal", …: how the last run ended.
std::string_view result_of(const StatusFile& status);
// Has it ended in a way that systemd calls a failure?
bool has_failed(const StatusFile& status);

// `active` for is-active, is-failed and filters. True: the service does what it should.
inline bool is_running(Active active) {
  return active == Active::active || active == Active::reloading;
}

}  // namespace stoker::systemd
