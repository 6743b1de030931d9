// SPDX-License-Identifier: ISC
#include "service/health.hh"

#include <algorithm>

#include "base/parse.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr int mark = 1 << 30;
constexpr int number_bits = 0xff, kind_bits = 0x7, failures_bits = 0xffff;
constexpr int kind_shift = 8, failures_shift = 11;

constexpr std::string_view state_words[] = {"unknown", "healthy", "unhealthy"};
static_assert(std::size(state_words) == health_state_count);

}  // namespace

std::string_view word(HealthState state) { return state_words[static_cast<size_t>(state)]; }

int pack(const HealthFault& fault) {
  const auto failures = std::min<uint32_t>(fault.failures, failures_bits);
  return mark | (fault.last.number & number_bits) |
         static_cast<int>(fault.last.kind) << kind_shift |
         static_cast<int>(failures) << failures_shift;
}

bool is_health_fault(int number) { return number >= mark; }

HealthFault unpack_health_fault(int number) {
  const int kind = number >> kind_shift & kind_bits;
  if (!is_health_fault(number) || kind >= health_result_count) return {};
  return {.last = {static_cast<HealthResult::Kind>(kind), number & number_bits},
          .failures = static_cast<uint32_t>(number >> failures_shift & failures_bits)};
}

Text<200> result_text(const HealthStatus& status) {
  using Kind = HealthResult::Kind;
  const auto [kind, number] = status.last;
  switch (kind) {
  case Kind::none: return Text<200>("has not been run");
  case Kind::passed: return Text<200>("exited 0");
  case Kind::exited: return Text<200>(ending_text(number, 0).view());
  case Kind::killed: return Text<200>("was ", ending_text(0, number).view());
  case Kind::late: return Text<200>("did not end in time");
  case Kind::not_executed:
    return Text<200>("cannot be executed: ", error_text(number), text_of(status.hint));
  }
  return {};
}

Text<100> fault_text(const HealthFault& fault) {
  Text<100> text("health ", result_text({.last = fault.last}).view());
  if (fault.failures > 1) text.append(" ", fault.failures, " times");
  return text;
}

Text<240> trouble_text(const HealthStatus& status) {
  if (status.last.kind == HealthResult::Kind::not_executed)
    return Text<240>("health ", result_text(status).view());
  if (status.state != HealthState::unhealthy) return {};
  return Text<240>("unhealthy: ", fault_text({status.last, status.failures}));
}

}  // namespace stoker
