// SPDX-License-Identifier: ISC
#include "chain/scheduling.hh"

#include <sys/resource.h>

#include <algorithm>

#include "base/parse.hh"
#include "chain/attempt.hh"

namespace stoker {

namespace {

bool is_separator(char byte) { return byte == ' ' || byte == ','; }

std::optional<unsigned> parse_cpu(std::string_view text) {
  const auto cpu = parse_number<unsigned>(text);
  if (!cpu || *cpu >= CpuSet::most) return {};
  return cpu;
}

bool add_range(CpuSet& cpus, std::string_view word) {
  const size_t dash = word.find('-');
  const auto first = parse_cpu({word.data(), std::min(dash, word.size())});
  if (dash != std::string_view::npos) word.remove_prefix(dash + 1);
  const auto last = parse_cpu(word);
  if (!first || !last || *first > *last) return false;
  for (unsigned cpu = *first; cpu <= *last; ++cpu) cpus.add(cpu);
  return true;
}

struct ClassName {
  std::string_view name;
  IoPriority::Class order;
};
constexpr ClassName class_names[] = {
    {"realtime", IoPriority::Class::realtime},
    {"best-effort", IoPriority::Class::best_effort},
    {"idle", IoPriority::Class::idle},
};

bool read_class(IoPriority& priority, std::string_view name) {
  for (const ClassName& known : class_names)
    if (known.name == name) {
      priority.order = known.order;
      return true;
    }
  return false;
}

bool read_level(IoPriority& priority, std::string_view text) {
  const auto level = parse_number<int>(text);
  if (!level || *level < 0 || *level > 7) return false;
  priority.level = *level;
  return true;
}

constexpr std::string_view policy_names[] = {"other", "batch", "idle", "fifo", "rr"};

}  // namespace

bool add_cpus(std::optional<CpuSet>& cpus, std::string_view list) {
  CpuSet all = cpus.value_or(CpuSet());
  cpus = {};
  for (;;) {
    while (!list.empty() && is_separator(list.front())) list.remove_prefix(1);
    if (list.empty()) return true;
    const auto end = std::find_if(list.begin(), list.end(), is_separator);
    const std::string_view word(list.data(), static_cast<size_t>(end - list.begin()));
    if (!add_range(all, word)) return false;
    cpus = all;
    list.remove_prefix(word.size());
  }
}

std::optional<IoPriority> parse_io_priority(std::string_view text) {
  IoPriority priority;
  if (read_level(priority, text)) return priority;
  const size_t colon = text.find(':');
  const std::string_view name(text.data(), std::min(colon, text.size()));
  if (!read_class(priority, name)) return {};
  if (colon == std::string_view::npos) return priority;
  text.remove_prefix(colon + 1);
  if (!read_level(priority, text)) return {};
  return priority;
}

std::optional<Policy> parse_policy(std::string_view text) {
  for (size_t i = 0; i < std::size(policy_names); ++i)
    if (policy_names[i] == text) return static_cast<Policy>(i);
  return {};
}

void apply_scheduling(const Scheduling& wanted, bool try_only) {
  if (wanted.nice && setpriority(PRIO_PROCESS, 0, *wanted.nice) != 0)
    die_or_warn(try_only, {"unable to set nice level"});
  if (wanted.io) apply_io_priority(*wanted.io, try_only);
  if (wanted.cpus) apply_cpus(*wanted.cpus, try_only);
  if (!wanted.policy && !wanted.priority && !wanted.reset_on_fork) return;
  const Policy policy = wanted.policy.value_or(Policy::other);
  const int least = policy == Policy::fifo || policy == Policy::rr ? 1 : 0;
  apply_policy(policy, wanted.priority.value_or(least), wanted.reset_on_fork, try_only);
}

}  // namespace stoker
