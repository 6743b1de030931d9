// SPDX-License-Identifier: ISC
// The services that a command names: where they are, and how they are probed.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"
#include "base/text.hh"
#include "service/event.hh"
#include "service/status.hh"

namespace stoker {

// Where names are looked up.
struct Places {
  const char* services = nullptr;  // bare names are looked up here; null: names are paths
  const char* states = nullptr;    // $SVSTATE, the parent of all state directories; null: none

  // For programs whose arguments are paths.
  static Places of_paths();
  // For sv: $SVDIR, or the first that exists of /service, /etc/service, /var/service.
  static Places of_names();
};

// Begins with `/` or `.`, or ends in `/`: it is not looked up.
bool is_path(std::string_view name);

// The service directory. A name that contains a slash and is not found among the services is
// used as a path.
Fd open_service(const Places& places, const char* name);

// Its state directory.
Fd open_state(const Places& places, const char* name, int service);
// Creates the state directory if it is missing, as the supervisor would.
[[nodiscard]] bool make_state(const Places& places, const char* name, int service);

// Does it have a file `down`?
bool has_down_file(int service);

// Asks the svscan that watches the service's parent directory to rescan it. False if there is
// none.
bool request_rescan(const Places& places, const char* name);
// The absolute path of an open directory; empty if that is unknown.
PathText path_of(int directory);
// The directory that svscan would have to watch for it.
PathText scan_directory_of(const Places& places, std::string_view name);
// `.svscan` of the svscan that watches `directory`.
PathText scan_state_of(const Places& places, const char* directory);
bool has_scanner(const Places& places, const char* directory);
// Writes a letter to the control FIFO of the svscan that watches `directory`.
bool send_scanner_letter(const Places& places, const char* directory, char letter);
// The same as request_rescan, for the one that watches `directory`.
bool request_rescan_of(const Places& places, const char* directory);

// The result of probing a state directory.
struct Probe {
  enum class Found : uint8_t {
    supervised,
    left,     // the supervisor has exited
    trouble,  // unknown; often there has never been one
  };
  Found found = Found::trouble;
  int error = 0;             // of trouble: errno, or 0; ENOENT: never supervised
  std::string_view trouble;  // "unable to open supervise/ok"
  bool silent = false;       // a supervisor runs, but has published nothing yet
  bool disk_full = false;    // … and cannot
  StatusFile status;
};

// Has it no supervisor, as far as one can see? Otherwise, if it is not supervised, nothing is
// known.
bool is_unsupervised(const Probe& probe);

Probe probe_state(int state);
// The same for a service whose directory is open.
Probe probe_service(const Places& places, const char* name, int service);

// A service that is watched.
struct ServiceHandle {
  const char* name = nullptr;
  Fd state;
  Fd ok;  // poll reports an error when the supervisor exits
  std::optional<Listener> listener;
  Moment next_probe = 0s;  // never if there are events
  Moment pause = 0s;       // between the probes
  size_t slot = 0;         // in a PollSet
  bool poll_only = false;  // too few descriptors to keep any open: probe at intervals
};

// Opens the state directory. The next probe finds any error again.
void open_handle(ServiceHandle& handle, const Places& places);
// Probes again, and keeps `ok` open.
Probe probe_again(ServiceHandle& handle, const Places& places);
// Subscribes to its events, if possible.
void listen_to(ServiceHandle& handle);
// Its next event, or 0.
char next_letter(ServiceHandle& handle);
// If the probe found no supervisor: asks the svscan that watches the service's parent directory
// to start one, and listens for it. False if there is no such svscan, or, with the reason in the
// probe, if there can be no supervisor.
[[nodiscard]] bool request_supervisor(ServiceHandle& handle, const Places& places, Probe& probe);

}  // namespace stoker
