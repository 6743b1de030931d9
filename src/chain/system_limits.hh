// SPDX-License-Identifier: ISC
// Resource limits, soft and hard, by the names and in the units of systemd.
#pragma once
#include <sys/resource.h>

#include <array>
#include <optional>
#include <string_view>

namespace stoker {

struct SystemLimit {
  size_t index = 0;  // in the table of names
  rlim_t soft = 0, hard = 0;
};

// `NAME=BOTH` or `NAME=SOFT:HARD`. Values are numbers, `infinity` or `unlimited`; bytes may end
// in K M G T P E, times in us ms s min h d w.
std::optional<SystemLimit> parse_system_limit(std::string_view text);

class SystemLimits {
 public:
  static constexpr size_t most = 16;
  void set(const SystemLimit& limit) { wanted_[limit.index] = limit; }
  // With `try_only`, what the system refuses is lowered, with a warning.
  void apply(bool try_only) const;

 private:
  std::array<std::optional<SystemLimit>, most> wanted_;
};

}  // namespace stoker
