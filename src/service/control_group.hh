// SPDX-License-Identifier: ISC
// The settings of a service's control group, in `cgroup/` of its directory. service(5) describes
// them.
#pragma once
#include <optional>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// May a file of that name be written by a user? Those that say which processes are in the group, or
// kill them, may not.
bool is_group_setting(std::string_view name);

using GroupLine = Text<1000>;
// What of a line is written: a device at its begin, as "/dev/sda", by its numbers, "8:0".
GroupLine group_line(std::string_view line);

// What follows when the kernel has killed a process of the group for lack of memory.
enum class OomPolicy : uint8_t {
  proceed,  // the others run on
  stop,     // the service is stopped
  kill,     // the kernel kills all of the group
};
std::optional<OomPolicy> parse_oom_policy(std::string_view text);

// That the kernel has killed for lack of memory, and at what limit: one negative number, which
// stands in the place of errno where that is the reason. `memory_max`: as the kernel writes it.
int pack_memory_limit(std::string_view memory_max);
constexpr bool is_lack_of_memory(int number) { return number < 0; }
// "512M", "1500K"; empty if there is no limit, or it is unknown.
Text<24> memory_limit_text(int packed);

}  // namespace stoker
