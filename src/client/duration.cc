// SPDX-License-Identifier: ISC
#include "client/duration.hh"

#include <algorithm>

#include "base/duration.hh"

namespace stoker {

namespace {

bool is_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

// Ten years: longer than any sensible wait, and far from overflow.
constexpr Moment longest = std::chrono::hours(24 * 3650);

}  // namespace

WaitLimit parse_wait_limit(std::string_view text) {
  if (const auto limit = parse_duration(text)) return {std::min(longest, *limit)};
  WaitLimit patience{0s, is_digit(text)};
  for (; is_digit(text); text.remove_prefix(1))
    patience.limit = std::min(longest, patience.limit * 10 + (text.front() - '0') * Moment(1s));
  patience.valid = patience.valid && text.empty();
  return patience;
}

Moment deadline_after(Moment limit) { return now() + limit; }

}  // namespace stoker
