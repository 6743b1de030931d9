// SPDX-License-Identifier: ISC
// The file supervise/status. Its first 20 bytes are in runit's format; bytes 20 to 39 are the
// same for the logger, as in daemontools-encore; Stoker's own block follows. service(5) describes
// every byte.
#pragma once
#include <sys/types.h>

#include <array>
#include <optional>
#include <span>

#include "base/tai64n.hh"
#include "service/fields.hh"
#include "service/health.hh"
#include "service/hint.hh"
#include "service/order.hh"
#include "service/said.hh"
#include "service/state.hh"

namespace stoker {

// Byte 19.
enum class Phase : uint8_t { down, run, finish };

// runit's 20 bytes.
struct RunitStatus {
  Tai64n since;   // start of the run, or when the service went down
  pid_t pid = 0;  // 0: no process
  bool paused = false;
  char want = 'u';  // 'u', 'd', or 0 for once (as in daemontools)
  bool got_term = false;
  Phase phase = Phase::down;

  bool operator==(const RunitStatus&) const = default;
};

// The name under which the supervisor was called; clients choose their letters by it. For
// another suite's supervisor it follows from the size of the file, which is 20 bytes in runit.
enum class CalledAs : uint8_t { supervise, runsv };

// What Stoker knows of a service or a logger beyond runit's 20 bytes.
struct ServiceStatus {
  State state = State::down;
  Want want = Want::up;
  Reason reason = Reason::none;
  bool oneshot = false;     // no run: it is ready when start has succeeded
  int exit_code = -1;       // of the last run; -1: none, or killed by a signal
  int signal = 0;           // that killed the last run; 0: none
  int error = 0;            // errno of `reason`, or a LateKill
  uint32_t starts = 0;      // runs begun since the supervisor started
  uint32_t attempt = 0;     // consecutive delayed restarts
  Tai64n ready_since;       // zero: not ready
  Tai64n next_start;        // zero: none is scheduled
  uint64_t start_time = 0;  // of pid, in the kernel's clock ticks since boot; 0: unknown
  Hint hint = Hint::none;   // about `error`
  ListenState listen;       // not of a logger

  bool operator==(const ServiceStatus&) const = default;
};

// Where a status was written: the state directory's device and inode. A copy is elsewhere; a
// directory that is renamed stays what it is.
struct Home {
  uint64_t device = 0, inode = 0;  // 0: unknown

  bool is_known() const { return inode != 0; }
  bool operator==(const Home&) const = default;
};
Home home_of(int state_directory);

struct StatusFile {
  RunitStatus main;
  RunitStatus log;
  bool native = true;  // false: of another suite, only `main` is known
  bool has_log = false;
  CalledAs called_as = CalledAs::supervise;
  pid_t supervisor = 0;
  uint64_t supervisor_start_time = 0;  // see process_start_time()
  uint64_t scanner = 0;           // inode of the control FIFO of the svscan it works for; 0: none
  uint32_t upgrades = 0;          // to a new program, by re-exec
  uint32_t refused_upgrades = 0;  // … that the new program refused
  uint32_t takeovers = 0;         // of running processes
  // How many reloads there were, in the upper half, and the wait status of the last one's script,
  // or an error that the service reported, see reported_error().
  uint32_t reloads = 0;
  Home home;  // unknown in files of 0.2.0 and before
  OrderState order;
  HealthStatus health;
  Said said;
  bool has_group = false;  // a control group, to which layout::group leads
  ServiceStatus main_status;
  ServiceStatus log_status;

  bool operator==(const StatusFile&) const = default;
};

// An error number of a service in place of a wait status: no process ends with it.
constexpr int reported_error(int error) { return (error & 0xff) << 8 | 0x7f; }
// 0 if the wait status is one.
constexpr int error_reported_by(int wait_status) {
  return (wait_status & 0xff) == 0x7f ? wait_status >> 8 & 0xff : 0;
}

constexpr size_t runit_status_size = 20;
constexpr size_t daemontools_status_size = 18;
// Of the public part, and of what it has on its home, the order, the health, the sockets, the group
// and what the service says; without a logger it is shorter.
constexpr size_t max_status_size = 260;
constexpr size_t occasional_size = 69 + 3 + said_size;
// What a client reads of the file: the public part and some room for the fields of later
// versions, but no more than the file has, so that one read(2) is enough.
constexpr size_t status_read_size = 512;

// May it have been written in this directory?
bool is_at_home(const StatusFile& status, int state_directory);

std::array<unsigned char, runit_status_size> encode(const RunitStatus& runit);
FieldBytes<max_status_size + occasional_size> encode(const StatusFile& status);

// Empty for less than daemontools' 18 bytes. If the block is another suite's, of a later form or
// incomplete, `native` is false.
std::optional<StatusFile> decode(std::span<const unsigned char> bytes);

// What follows the public part: the saved state of a supervisor, if there is one.
std::span<const unsigned char> behind_status(std::span<const unsigned char> bytes);

// Stoker's words for runit's bytes.
State state_of(const RunitStatus& runit);
Want want_of(const RunitStatus& runit);

}  // namespace stoker
