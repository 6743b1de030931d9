// SPDX-License-Identifier: ISC
// The file supervise/status. Its first 20 bytes are runit's, to the byte; bytes 20
// to 39 are the logger's in the same form, where daemontools-encore has them; then
// comes Stoker's own block. service(5) describes every byte.
#pragma once
#include <sys/types.h>

#include <array>
#include <optional>
#include <span>

#include "base/tai64n.hh"
#include "service/fields.hh"
#include "service/state.hh"

namespace stoker {

// What byte 19 can say.
enum class Phase : uint8_t { down, run, finish };

// runit's 20 bytes.
struct RunitStatus {
  Tai64n since;   // when the run was started, or when the service became down
  pid_t pid = 0;  // 0: no process
  bool paused = false;
  char want = 'u';  // 'u', 'd', or 0 for once (as daemontools has it)
  bool got_term = false;
  Phase phase = Phase::down;

  bool operator==(const RunitStatus&) const = default;
};

// How the supervisor was called, for clients that must choose their letters. That of
// another suite is known by the form of its file: runit's has 20 bytes.
enum class CalledAs : uint8_t { supervise, runsv };

// What Stoker knows of one supervised thing beyond runit's 20 bytes.
struct ServiceStatus {
  State state = State::down;
  Want want = Want::up;
  Reason reason = Reason::none;
  bool oneshot = false;     // no run: ready means that start has been done
  int exit_code = -1;       // of the last death; -1: none, or by signal
  int signal = 0;           // of the last death; 0: none
  int error = 0;            // errno of `reason`
  uint32_t starts = 0;      // runs begun since the supervisor started
  uint32_t attempt = 0;     // deaths in a row that are answered with a delay
  Tai64n ready_since;       // zero: not ready
  Tai64n next_start;        // zero: none is planned
  uint64_t start_time = 0;  // of pid, in the kernel's clock ticks since boot; 0: unknown

  bool operator==(const ServiceStatus&) const = default;
};

struct StatusFile {
  RunitStatus main;
  RunitStatus log;
  bool native = true;  // false: written by another suite, only `main` is known
  bool has_log = false;
  CalledAs called_as = CalledAs::supervise;
  pid_t supervisor = 0;
  uint64_t supervisor_start_time = 0;  // see process_start_time()
  uint64_t scanner = 0;           // inode of the control FIFO of the svscan it works for; 0: none
  uint32_t upgrades = 0;          // times the supervisor became its new program
  uint32_t refused_upgrades = 0;  // times that program could not take over
  uint32_t takeovers = 0;         // times a supervisor took over what already ran
  ServiceStatus main_status;
  ServiceStatus log_status;

  bool operator==(const StatusFile&) const = default;
};

constexpr size_t runit_status_size = 20;
constexpr size_t daemontools_status_size = 18;
// Of the part that is for everybody; a service without a logger has less.
constexpr size_t max_status_size = 248;
// How much of a file a client reads: all of that part, with some room for the fields of a
// later version, and no more than a supervisor's file has, so that one read(2) is enough.
constexpr size_t status_read_size = 384;

std::array<unsigned char, runit_status_size> encode(const RunitStatus& runit);
FieldBytes<max_status_size> encode(const StatusFile& status);

// Empty for less than daemontools' 18 bytes. A block that is another suite's, of a later
// form, or cut short leaves `native` false.
std::optional<StatusFile> decode(std::span<const unsigned char> bytes);

// What is behind the part for everybody: the saved state of a supervisor, where one is left.
std::span<const unsigned char> behind_status(std::span<const unsigned char> bytes);

// Stoker's words for what runit's bytes tell.
State state_of(const RunitStatus& runit);
Want want_of(const RunitStatus& runit);

}  // namespace stoker
