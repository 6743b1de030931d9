// SPDX-License-Identifier: ISC
// The services that a command names: where they are, and how they are looked at.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"
#include "base/text.hh"
#include "client/printer.hh"
#include "service/event.hh"
#include "service/status.hh"

namespace stoker {

// Where names are looked up.
struct Places {
  const char* services = nullptr;  // a bare name is sought here; null: names are paths
  const char* states = nullptr;    // $SVSTATE: where state directories are; null: in the services

  // For programs whose arguments are paths.
  static Places of_paths();
  // For sv: $SVDIR, or the first that exists of /service, /etc/service, /var/service.
  static Places of_names();
};

// Begins with `/` or `.`, or ends in `/`: a path, wherever services are.
bool is_path(std::string_view name);

// The service directory. A name with a slash in it that is not found among the
// services is taken for a path.
Fd open_service(const Places& places, const char* name);

// Its state directory.
Fd open_state(const Places& places, const char* name, int service);
// Makes the state directory where it is missing, as the supervisor would.
[[nodiscard]] bool make_state(const Places& places, const char* name, int service);

// Does it have a file `down`?
bool has_down_file(int service);

// Asks the svscan that watches the service's parent directory to probe again. False
// if there is none.
bool request_rescan(const Places& places, const char* name);
// Writes a letter to the control FIFO of the svscan that watches `directory`.
bool send_scanner_letter(const Places& places, const char* directory, char letter);
// The same as request_rescan, for the one that watches `directory`.
bool request_rescan_of(const Places& places, const char* directory);

// What a probe at a state directory shows.
struct Probe {
  enum class Found : uint8_t {
    supervised,
    left,     // there was a supervisor, and none is there now
    trouble,  // it cannot be known; often there has never been one
  };
  Found found = Found::trouble;
  int error = 0;             // trouble: why, if errno tells; ENOENT: never supervised
  std::string_view trouble;  // "unable to open supervise/ok"
  StatusFile status;
};

Probe probe_state(int state);
// At the state directory of a service whose directory is open.
Probe probe_service(const Places& places, const char* name, int service);

// "unable to open supervise/ok: file does not exist"
Text<300> trouble_text(const Probe& probe);

// "fail: NAME: runsv not running" or "warning: NAME: unable to …", whole lines.
void append_trouble(Page& page, std::string_view name, const Probe& probe);
// "fail: NAME: unable to change to service directory: …", from errno.
void append_no_service(Page& page, std::string_view name);

// A service that is watched for a while.
struct ServiceHandle {
  const char* name = nullptr;
  Fd state;
  Fd ok;  // its other end closes with the supervisor's end, which poll tells
  std::optional<Listener> listener;
  Moment next_probe = 0s;  // by the clock; never where there are events
  Moment pause = 0s;       // between the probes
  size_t slot = 0;         // in a PollSet
  bool poll_only = false;  // there are too few descriptors to keep any: probe now and then
};

// Opens what a watched service needs. Errors are found again by the next probe.
void open_handle(ServiceHandle& handle, const Places& places);
// Looks again, and notes whether a supervisor is there.
Probe probe_again(ServiceHandle& handle, const Places& places);
// Subscribes to its events, where that can be done.
void listen_to(ServiceHandle& handle);
// Its next event, or 0.
char next_letter(ServiceHandle& handle);
// Where a probe shows that no supervisor is there: asks the svscan that watches the
// service's parent directory for one, and prepares to hear of it. False if nobody
// will bring one.
[[nodiscard]] bool request_supervisor(ServiceHandle& handle, const Places& places,
                                      const Probe& probe);

}  // namespace stoker
