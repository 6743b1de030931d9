// SPDX-License-Identifier: ISC
#include "client/duration.hh"

#include <algorithm>

namespace stoker {

namespace {

bool is_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

// Ten years: longer than any sensible wait, and far from overflow.
constexpr Moment longest = std::chrono::hours(24 * 3650);

}  // namespace

WaitLimit parse_wait_limit(std::string_view text) {
  WaitLimit patience;
  patience.valid = is_digit(text);
  for (; is_digit(text); text.remove_prefix(1))
    patience.limit = std::min(longest, patience.limit * 10 + (text.front() - '0') * Moment(1s));
  if (!patience.valid || text.empty()) return patience;
  if (text.front() != '.') {
    patience.valid = false;
    return patience;
  }
  text.remove_prefix(1);
  for (Moment unit = 100ms; is_digit(text); text.remove_prefix(1), unit /= 10)
    patience.limit += (text.front() - '0') * unit;
  patience.valid = text.empty();
  return patience;
}

Moment deadline_after(Moment limit) { return now() + limit; }

}  // namespace stoker
