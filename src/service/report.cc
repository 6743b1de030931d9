// SPDX-License-Identifier: ISC
#include "service/report.hh"

#include <cstdint>

namespace stoker {

namespace {

// Above the 16 bits of a wait status.
constexpr uint32_t status_bits = 0xffff, essential_bit = 1U << 16, ready_bit = 1U << 17,
                   unseen_bit = 1U << 18;
constexpr int state_shift = 19, want_shift = 23, reason_shift = 25;
constexpr uint32_t state_bits = 0xf, want_bits = 0x3, reason_bits = 0x1f;

static_assert(state_count <= state_bits + 1 && want_count <= want_bits + 1 &&
              reason_count <= reason_bits + 1);

template <typename Enum>
Enum word_of(uint32_t number, int shift, uint32_t bits, int count) {
  const uint32_t value = number >> shift & bits;
  return static_cast<Enum>(value < static_cast<uint32_t>(count) ? value : 0);
}

constexpr int role_shift = 24, number_shift = 27;
constexpr uint8_t role_bits = 0x7, number_bits = 0xf;
constexpr pid_t pid_bits = (1 << role_shift) - 1;  // the kernel has no pid above 2^22

}  // namespace

uint8_t run_number(uint32_t starts) {
  return starts == 0 ? 0 : static_cast<uint8_t>(1 + starts % number_bits);
}

pid_t pack(const ToldRun& run) {
  return (run.pid & pid_bits) | (run.role & role_bits) << role_shift |
         (run.number & number_bits) << number_shift;
}

ToldRun unpack_told_run(pid_t number) {
  if (number < 0) return {};
  return {.pid = number & pid_bits,
          .role = static_cast<uint8_t>(number >> role_shift & role_bits),
          .number = static_cast<uint8_t>(number >> number_shift & number_bits)};
}

pid_t pack(const Report& report) {
  const uint32_t status = report.wait_status == -1
                              ? unseen_bit
                              : static_cast<uint32_t>(report.wait_status) & status_bits;
  return static_cast<pid_t>(status | (report.essential ? essential_bit : 0) |
                            (report.was_ready ? ready_bit : 0) |
                            static_cast<uint32_t>(report.state) << state_shift |
                            static_cast<uint32_t>(report.want) << want_shift |
                            static_cast<uint32_t>(report.reason) << reason_shift);
}

Report unpack_report(pid_t number) {
  const auto bits = static_cast<uint32_t>(number);
  return {.state = word_of<State>(bits, state_shift, state_bits, state_count),
          .want = word_of<Want>(bits, want_shift, want_bits, want_count),
          .reason = word_of<Reason>(bits, reason_shift, reason_bits, reason_count),
          .wait_status = (bits & unseen_bit) != 0 ? -1 : static_cast<int>(bits & status_bits),
          .essential = (bits & essential_bit) != 0,
          .was_ready = (bits & ready_bit) != 0};
}

}  // namespace stoker
