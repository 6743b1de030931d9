// SPDX-License-Identifier: ISC
#include "service/control_group.hh"

#include <sys/stat.h>
#if __has_include(<sys/sysmacros.h>)
#include <sys/sysmacros.h>
#endif

#include <algorithm>
#include <limits>

#include "base/parse.hh"

namespace stoker {

bool is_group_setting(std::string_view name) {
  constexpr std::string_view core = "cgroup.";
  const size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == name.size() || has_slash(name))
    return false;
  if (!has_prefix(name, core)) return true;
  return has_prefix(name, "cgroup.max.") || name == "cgroup.pressure";
}

GroupLine group_line(std::string_view line) {
  std::string_view rest = line;
  const Text<255> device(next_word(rest));
  struct stat facts {};
  const bool is_device =
      has_prefix(device, "/dev/") && stat(device.c_str(), &facts) == 0 && S_ISBLK(facts.st_mode);
  if (!is_device) return GroupLine(line);
  return GroupLine(major(facts.st_rdev), ":", minor(facts.st_rdev), " ", trim(rest));
}

std::optional<OomPolicy> parse_oom_policy(std::string_view text) {
  text = trim(text);
  if (text == "continue") return OomPolicy::proceed;
  if (text == "stop") return OomPolicy::stop;
  return text == "kill" ? std::optional(OomPolicy::kill) : std::nullopt;
}

// In KiB, less one.
int pack_memory_limit(std::string_view memory_max) {
  const auto bytes = parse_number<uint64_t>(trim(memory_max));
  constexpr uint64_t most = std::numeric_limits<int>::max();
  return -1 - static_cast<int>(std::min(bytes.value_or(0) / 1024, most));
}

Text<24> memory_limit_text(int packed) {
  constexpr int per_mib = 1024;
  const int limit = is_lack_of_memory(packed) ? -1 - packed : 0;
  if (limit == 0) return {};
  if (limit % per_mib == 0) return Text<24>(limit / per_mib, "M");
  return Text<24>(limit, "K");
}

}  // namespace stoker
