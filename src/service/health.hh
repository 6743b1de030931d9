// SPDX-License-Identifier: ISC
// What the script `health` has found out about a service. Pure.
#pragma once
#include <cstdint>

#include "base/tai64n.hh"
#include "base/text.hh"
#include "service/hint.hh"

namespace stoker {

enum class HealthState : uint8_t { unknown, healthy, unhealthy };
constexpr int health_state_count = 3;

std::string_view word(HealthState state);

// How the script has ended.
struct HealthResult {
  enum class Kind : uint8_t {
    none,  // it has not been run yet
    passed,
    exited,        // with `number`
    killed,        // by the signal `number`
    late,          // it took too long
    not_executed,  // … for the errno `number`: that says nothing of the service
  };
  Kind kind = Kind::none;
  int number = 0;

  bool is_failure() const {
    return kind == Kind::exited || kind == Kind::killed || kind == Kind::late;
  }
  bool operator==(const HealthResult&) const = default;
};
constexpr int health_result_count = 6;

struct HealthStatus {
  bool exists = false;  // there is such a script, and the service is ready
  HealthState state = HealthState::unknown;
  uint32_t failures = 0;  // in a row
  HealthResult last;
  Hint hint = Hint::none;  // about a script that cannot be executed
  Tai64n when;             // it ended the last time; zero: never

  bool operator==(const HealthStatus&) const = default;
};

// Why a service is unhealthy, as one number, which stands in the place of errno where that is the
// reason. No errno is so large.
struct HealthFault {
  HealthResult last;
  uint32_t failures = 0;

  bool operator==(const HealthFault&) const = default;
};
int pack(const HealthFault& fault);
bool is_health_fault(int number);
HealthFault unpack_health_fault(int number);

// "exited 1", "was killed by SIGSEGV", "did not end in time".
Text<200> result_text(const HealthStatus& status);
// "health exited 1 3 times", "health did not end in time".
Text<100> fault_text(const HealthFault& fault);
// The same for what the status tells; "health cannot be executed: …". Empty where nothing is wrong.
Text<240> trouble_text(const HealthStatus& status);

}  // namespace stoker
