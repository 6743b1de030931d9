// SPDX-License-Identifier: ISC
// The steps of which the kernel's filters for system calls consist (classic BPF).
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace stoker {

// One instruction of a filter, in the kernel's form (struct sock_filter).
struct FilterStep {
  uint16_t code = 0;
  uint8_t if_true = 0, if_false = 0;  // how many steps to skip
  uint32_t value = 0;
};

// Results of a filter. Of several filters, the strictest result counts.
namespace verdict {
constexpr uint32_t kill = 0x8000'0000;
constexpr uint32_t error = 0x0005'0000;  // plus the number
constexpr uint32_t allow = 0x7fff'0000;
}  // namespace verdict

// The codes that are used here, of linux/bpf_common.h.
namespace step_code {
constexpr uint16_t load_word = 0x20;
constexpr uint16_t mask = 0x54;
constexpr uint16_t jump_if_equal = 0x15;
constexpr uint16_t jump_if_greater = 0x25;
constexpr uint16_t give_back = 0x06;
}  // namespace step_code

// Offsets in struct seccomp_data.
constexpr uint32_t call_offset = 0, machine_offset = 4;
// The kernel takes only the lower half of all arguments that are looked at here.
constexpr uint32_t argument_offset(unsigned argument) {
  return 16 + 8 * argument + (std::endian::native == std::endian::big ? 4 : 0);
}

// Writes steps one after another, and counts those that do not fit.
class FilterWriter {
 public:
  explicit FilterWriter(std::span<FilterStep> into) : into_(into) {}
  void step(uint16_t code, uint32_t value, size_t if_true = 0, size_t if_false = 0) {
    if (count_ < into_.size())
      into_[count_] = {code, static_cast<uint8_t>(if_true), static_cast<uint8_t>(if_false), value};
    ++count_;
  }
  size_t written() const { return count_; }
  // 0 if there was too little room.
  size_t count() const { return count_ <= into_.size() ? count_ : 0; }

 private:
  std::span<FilterStep> into_;
  size_t count_ = 0;
};

// For the number that was loaded: `allowed` or `refused`, for each range of numbers below `most`
// with the same answer, and `refused` for all others. Ends the filter.
template <typename Allows>
void write_ranges(FilterWriter& writer, unsigned most, Allows allows, uint32_t refused) {
  for (unsigned number = 0; number < most;) {
    const bool allowed = allows(number);
    unsigned last = number;
    while (last + 1 < most && allows(last + 1) == allowed) ++last;
    writer.step(step_code::jump_if_greater, last, 1, 0);
    writer.step(step_code::give_back, allowed ? verdict::allow : refused);
    number = last + 1;
  }
  writer.step(step_code::give_back, refused);
}

}  // namespace stoker
