// SPDX-License-Identifier: ISC
#include "service/group_lint.hh"

#include <algorithm>

#include "base/lines.hh"
#include "base/parse.hh"
#include "service/control_group.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

enum class GroupValue : uint8_t {
  size,       // bytes, perhaps with a unit, or max
  count,      // a number, or max
  number,     // … only
  weight,     // 1 to 10000
  io_weight,  // … for a device, or by default
  nice,
  flag,
  bandwidth,  // a time, or max, and perhaps a period
  percent,    // up to 100, or max
  ranges,     // as 0-3,7
  devices,    // a device, and words with =
  any,
};

struct GroupSetting {
  std::string_view name;
  GroupValue value;
};

// Those that are for more than a test. One that ends with a dot stands for all that begin so.
constexpr GroupSetting settings[] = {
    {"cgroup.max.depth", GroupValue::count},
    {"cgroup.max.descendants", GroupValue::count},
    {"cgroup.pressure", GroupValue::flag},
    {"cpu.idle", GroupValue::flag},
    {"cpu.max", GroupValue::bandwidth},
    {"cpu.max.burst", GroupValue::number},
    {"cpu.uclamp.max", GroupValue::percent},
    {"cpu.uclamp.min", GroupValue::percent},
    {"cpu.weight", GroupValue::weight},
    {"cpu.weight.nice", GroupValue::nice},
    {"cpuset.cpus", GroupValue::ranges},
    {"cpuset.cpus.exclusive", GroupValue::ranges},
    {"cpuset.cpus.partition", GroupValue::any},
    {"cpuset.mems", GroupValue::ranges},
    {"dmem.low", GroupValue::any},
    {"dmem.max", GroupValue::any},
    {"dmem.min", GroupValue::any},
    {"hugetlb.", GroupValue::size},
    {"io.bfq.weight", GroupValue::io_weight},
    {"io.latency", GroupValue::devices},
    {"io.max", GroupValue::devices},
    {"io.prio.class", GroupValue::any},
    {"io.weight", GroupValue::io_weight},
    {"memory.high", GroupValue::size},
    {"memory.low", GroupValue::size},
    {"memory.max", GroupValue::size},
    {"memory.min", GroupValue::size},
    {"memory.oom.group", GroupValue::flag},
    {"memory.swap.high", GroupValue::size},
    {"memory.swap.max", GroupValue::size},
    {"memory.zswap.max", GroupValue::size},
    {"memory.zswap.writeback", GroupValue::flag},
    {"misc.max", GroupValue::any},
    {"pids.max", GroupValue::count},
    {"rdma.max", GroupValue::any},
};

const GroupSetting* find(std::string_view name) {
  const auto is_it = [name](const GroupSetting& one) {
    return one.name == name || (one.name.ends_with('.') && has_prefix(name, one.name));
  };
  const auto* const found = std::find_if(std::begin(settings), std::end(settings), is_it);
  return found == std::end(settings) ? nullptr : found;
}

std::string_view controller_of(std::string_view name) {
  return {name.data(), std::min(name.find('.'), name.size())};
}

bool is_controller(std::string_view controller) {
  return std::any_of(std::begin(settings), std::end(settings), [&](const GroupSetting& one) {
    return controller_of(one.name) == controller;
  });
}

std::string_view expectation(GroupValue value) {
  switch (value) {
  case GroupValue::size: return "a size such as 512M, or max";
  case GroupValue::count: return "a number, or max";
  case GroupValue::number: return "a number";
  case GroupValue::weight: return "a number from 1 to 10000";
  case GroupValue::io_weight: return "a number from 1 to 10000, perhaps behind a device";
  case GroupValue::nice: return "a number from -20 to 19";
  case GroupValue::flag: return "0 or 1";
  case GroupValue::bandwidth: return "max or a number, and perhaps a period, such as 50000 100000";
  case GroupValue::percent: return "a percentage such as 50.00, without a sign, or max";
  case GroupValue::ranges: return "a list such as 0-3,7";
  case GroupValue::devices: return "a device and limits, such as /dev/sda rbps=10485760";
  case GroupValue::any: break;
  }
  return "";
}

// --- Values -----------------------------------------------------------------

bool is_number(std::string_view text) { return parse_number<uint64_t>(text).has_value(); }
bool is_number_or_max(std::string_view text) { return text == "max" || is_number(text); }

bool is_size(std::string_view text) {
  constexpr std::string_view units = "kKmMgGtTpPeE";
  if (!text.empty() && units.find(text.back()) != std::string_view::npos && text != "max")
    return is_number({text.data(), text.size() - 1});
  return is_number_or_max(text);
}

bool is_between(std::string_view text, int least, int most) {
  const auto number = parse_number<int>(text);
  return number && *number >= least && *number <= most;
}

bool is_percentage(std::string_view text) {
  constexpr int all = 100;
  const std::string_view whole(text.data(), std::min(text.find('.'), text.size()));
  std::string_view rest = text;
  rest.remove_prefix(std::min(whole.size() + 1, rest.size()));
  const bool fits = rest.empty() ? whole.size() == text.size() : rest.size() <= 2;
  return text == "max" || (fits && is_between(whole, 0, all) && (rest.empty() || is_number(rest)));
}

bool is_range(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return is_number(text);
  return is_number({text.data(), dash}) &&
         is_number({text.data() + dash + 1, text.size() - dash - 1});
}

bool is_list_of_ranges(std::string_view text) {
  for (;;) {
    const size_t comma = std::min(text.find(','), text.size());
    if (!is_range({text.data(), comma})) return false;
    if (comma == text.size()) return true;
    text.remove_prefix(comma + 1);
  }
}

// By its path, or its numbers.
bool is_device(std::string_view word) {
  const size_t colon = word.find(':');
  if (has_prefix(word, "/dev/")) return true;
  return colon != std::string_view::npos && is_number({word.data(), colon}) &&
         is_number({word.data() + colon + 1, word.size() - colon - 1});
}

bool is_bandwidth(std::string_view text) {
  if (!is_number_or_max(next_word(text))) return false;
  text = trim(text);
  return text.empty() || is_number(text);
}

bool is_weight_of_device(std::string_view text) {
  constexpr int most = 10000;
  const std::string_view first = next_word(text);
  const std::string_view rest = trim(text);
  if (rest.empty()) return is_between(first, 1, most);
  return (first == "default" || is_device(first)) &&
         (rest == "default" || is_between(rest, 1, most));
}

bool is_limit(std::string_view word) {
  const size_t sign = word.find('=');
  return sign != 0 && sign != std::string_view::npos &&
         is_number_or_max({word.data() + sign + 1, word.size() - sign - 1});
}

bool are_limits_of_device(std::string_view text) {
  if (!is_device(next_word(text)) || trim(text).empty()) return false;
  while (!trim(text).empty())
    if (!is_limit(next_word(text))) return false;
  return true;
}

bool is_valid(GroupValue value, std::string_view text) {
  constexpr int most_weight = 10000, least_nice = -20, most_nice = 19;
  switch (value) {
  case GroupValue::size: return is_size(text);
  case GroupValue::count: return is_number_or_max(text);
  case GroupValue::number: return is_number(text);
  case GroupValue::weight: return is_between(text, 1, most_weight);
  case GroupValue::io_weight: return is_weight_of_device(text);
  case GroupValue::nice: return is_between(text, least_nice, most_nice);
  case GroupValue::flag: return text == "0" || text == "1";
  case GroupValue::bandwidth: return is_bandwidth(text);
  case GroupValue::percent: return is_percentage(text);
  case GroupValue::ranges: return is_list_of_ranges(text);
  case GroupValue::devices: return are_limits_of_device(text);
  case GroupValue::any: break;
  }
  return true;
}

}  // namespace

Fault fault_of_group_name(std::string_view name) {
  if (name == layout::cgroup_required || find(name) != nullptr) return {};
  const std::string_view controller = controller_of(name);
  const auto fault = [name](std::string_view why, std::string_view what = {}) {
    return Fault(layout::cgroup, "/", name, why, what);
  };
  if (controller == "cgroup") return fault(" is not for a service to set: remove it");
  if (!is_group_setting(name))
    return fault(" is no setting of a control group, such as memory.max");
  if (!is_controller(controller)) return fault(": there is no controller ", controller);
  return fault(": no such setting is known of the controller ", controller);
}

// As it is written: line by line.
Fault fault_of_group_value(std::string_view name, std::string_view text) {
  constexpr size_t enough = 40;
  const GroupSetting* const setting = find(name);
  if (setting == nullptr) return {};
  bool has_value = false;
  while (!text.empty()) {
    const std::string_view line = trim(next_line(text));
    if (line.empty() || line.front() == '#') continue;
    has_value = true;
    if (!is_valid(setting->value, line))
      return Fault("invalid value in ", layout::cgroup, "/", name, ": \"",
                   std::string_view(line.data(), std::min(line.size(), enough)), "\" is not ",
                   expectation(setting->value));
  }
  if (has_value) return {};
  return Fault(layout::cgroup, "/", name, " has no effect: it is empty");
}

}  // namespace stoker
