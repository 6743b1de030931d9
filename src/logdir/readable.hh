// SPDX-License-Identifier: ISC
// Time stamps in readable form.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_date.hh"
#include "base/tai64n.hh"
#include "base/text.hh"
#include "logdir/stamp.hh"

namespace stoker {

using TimeText = Text<64>;

// A time in some zone: civil time, and the offset from UTC.
struct ZonedTime {
  Civil civil;
  int offset = 0;  // seconds

  bool operator==(const ZonedTime&) const = default;
};

// Seconds since 1970 of a label; negative before that.
int64_t seconds_since_1970(const Tai64n& time);

ZonedTime utc_time(int64_t since_1970);
// In the zone of TZ, or the system's. Empty if the C library fails.
std::optional<ZonedTime> local_time(int64_t since_1970);

// 2026-11-22 09:13:50.976189999
TimeText plain_time(const ZonedTime& time, uint32_t nanoseconds);
// 2026-11-22T09:13:50.976189999+01:00
TimeText iso_time(const ZonedTime& time, uint32_t nanoseconds);
// How long before `now`: "0.250s ago", "3m05s ago", "2d03h ago"; "in 5m00s" if later.
TimeText relative_time(const Tai64n& time, const Tai64n& now);

}  // namespace stoker
