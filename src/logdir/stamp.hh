// SPDX-License-Identifier: ISC
// Time stamps in front of lines.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_date.hh"
#include "base/tai64n.hh"
#include "base/text.hh"

namespace stoker {

enum class StampForm : uint8_t {
  none,
  tai64n,      // @ and 24 hexadecimal digits
  utc,         // 2026-11-22_09:13:50.97618
  utc_with_t,  // 2026-11-22T09:13:50.97618
  seconds,     // 1795338830.976189, since 1970
  local,       // the two dates in the zone of TZ, or the system's
  local_with_t,
  iso,       // 2026-11-22T09:13:50.976189Z
  iso_local  // 2026-11-22T10:13:50.976189+01:00
};

// The time this many nanoseconds later.
Tai64n later_by(Tai64n time, uint64_t nanoseconds);

// Writes stamps. What the last one and the next have in common is not formatted
// again, since there may be a million of them a second.
class Stamper {
 public:
  static constexpr size_t longest = 48;

  Stamper() = default;
  explicit Stamper(StampForm form) : form_(form) {}

  StampForm form() const { return form_; }

  // The stamp and a blank; empty for StampForm::none. Valid until the next call.
  std::string_view stamp(const Tai64n& time);

 private:
  void write_second(const Tai64n& time);
  void write_date(int64_t since_1970);
  uint32_t fraction_of(uint32_t nanoseconds) const;
  void write_fraction(bool same_second, uint32_t fraction);

  StampForm form_ = StampForm::none;
  uint64_t second_ = 0;    // the one that text_ begins with; 0: none
  uint32_t fraction_ = 0;  // as shown
  size_t size_ = 0, fraction_at_ = 0, fraction_digits_ = 0;
  std::array<char, longest> text_{};
};

}  // namespace stoker
