// SPDX-License-Identifier: ISC
// Resource limits of chpst and softlimit: soft ones, never above the hard ones.
#pragma once
#include <sys/resource.h>

#include <array>
#include <optional>
#include <string_view>

#include "chain/wording.hh"

namespace stoker {

// The meaning of a word.
struct SoftLimit {
  rlim_t soft = 0;         // infinity becomes the hard limit
  bool lift_hard = false;  // make the hard one infinite too
};

// A number or `infinity`; for the option -t, a time. Empty is 0, as old scripts expect.
std::optional<SoftLimit> parse_plain_limit(std::string_view text, char letter = '\0');
// The same, `=` (the hard limit) or, with `dash`, `-` (none at all).
std::optional<SoftLimit> parse_soft_limit(std::string_view text, bool dash, char letter = '\0');

class SoftLimits {
 public:
  // By its option's letter; -m is several. False for an unknown letter.
  bool set(char letter, SoftLimit limit);
  void apply(const LoaderWording& wording) const;

 private:
  static constexpr size_t kinds = 10;
  std::array<std::optional<SoftLimit>, kinds> wanted_;
};

// $SOFTLIMIT_… of daemontools-encore; dies if one is invalid.
void set_limits_from_environment(SoftLimits& limits);

}  // namespace stoker
