// SPDX-License-Identifier: ISC
#include "logger/limits.hh"

#include <limits>

namespace stoker {

namespace {

constexpr uint64_t unlimited = std::numeric_limits<uint64_t>::max();

}  // namespace

uint64_t room_in(const LogLimits& limits, uint64_t size) {
  if (limits.size == 0) return unlimited;
  return limits.size > size ? limits.size - size : 0;
}

uint64_t left_in(const LogLimits& limits, uint64_t size) {
  // Where the slack is larger than the file may be, only the very limit counts: the
  // next byte then finds no room.
  if (limits.size == 0 || limits.size < limits.slack) return unlimited;
  const uint64_t enough = limits.size - limits.slack;
  return enough > size ? enough - size : 0;
}

bool must_go(const LogLimits& limits, const ArchiveTotals& logs, const Tai64n& label,
             const Tai64n& now) {
  if (logs.count == 0) return false;
  if (limits.keep != 0 && logs.count > limits.keep) return true;
  // `current` may grow to its limit before the next check.
  if (limits.total != 0 && logs.bytes + limits.size > limits.total) return true;
  return time_to_keep(limits, label, now) == Moment::zero();
}

Moment time_to_keep(const LogLimits& limits, const Tai64n& label, const Tai64n& now) {
  // By a clock that has not been set, which starts in 1970 or near it.
  constexpr uint64_t year_2020 = Tai64n::epoch + 1577836800;
  if (limits.keep_for == Moment::zero() || label.seconds < year_2020) return never;
  const auto longest = static_cast<uint64_t>(limits.keep_for / 1s);
  const uint64_t age = seconds_between(label, now);
  if (age >= longest) return Moment::zero();
  const uint64_t left = label > now ? longest : longest - age;
  return std::chrono::seconds(left);
}

bool is_time(int64_t due, int64_t now) {
  constexpr int64_t longest_wait = int64_t{2} * 86400;
  return now >= due || due - now > longest_wait;
}

bool may_delete_when_full(const LogLimits& limits, size_t count) {
  constexpr uint32_t usual = 10;
  const bool given = limits.keep_when_full != LogLimits::unset;
  const uint32_t least = given ? limits.keep_when_full : usual;
  // Asked for by a minimum below the number of logs kept, as in runit; and by any
  // minimum where all logs are kept.
  const bool asked = limits.keep != 0 ? least < limits.keep : given;
  return asked && count > least;
}

}  // namespace stoker
