// SPDX-License-Identifier: ISC
#include "client/group_figures.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/control_group.hh"
#include "base/duration.hh"
#include "base/parse.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// "max" is no number.
std::optional<uint64_t> number_in(int group, const char* name) {
  const auto text = read_group_file(group, name);
  return text ? parse_number<uint64_t>(trim(*text)) : std::nullopt;
}

std::optional<uint64_t> value_in(int group, const char* name, std::string_view key) {
  const auto text = read_group_file(group, name);
  return text ? group_value(*text, key) : std::nullopt;
}

std::optional<uint64_t> pressure_in(int group, const char* name) {
  const auto text = read_group_file(group, name);
  return text ? parse_pressure(*text) : std::nullopt;
}

// Without the controller they are counted here, where threads do not show.
uint64_t count_processes(int group) {
  uint64_t count = 0;
  meet_group_members(group, true, [&count](pid_t) { ++count; });
  return count;
}

}  // namespace

bool read_group_figures(int state, GroupFigures& figures) {
  char target[4096];
  const ssize_t length = readlinkat(state, layout::group, target, sizeof target);
  const Fd open = length > 0 ? open_directory(state, layout::group) : Fd();
  if (!open) return false;
  const int group = open.get();
  figures.path = PathText(std::string_view(target, static_cast<size_t>(length)));
  figures.memory = number_in(group, "memory.current");
  figures.memory_peak = number_in(group, "memory.peak");
  figures.memory_high = number_in(group, "memory.high");
  figures.memory_max = number_in(group, group_file::memory_max);
  figures.swap = number_in(group, "memory.swap.current");
  figures.cpu = value_in(group, "cpu.stat", "usage_usec");
  figures.tasks = number_in(group, "pids.current");
  if (!figures.tasks) figures.tasks = count_processes(group);
  figures.tasks_max = number_in(group, "pids.max");
  figures.memory_kills = value_in(group, group_file::memory_events, "oom_kill");
  figures.frozen = value_in(group, group_file::events, "frozen").value_or(0) != 0;
  figures.pressure = {pressure_in(group, "cpu.pressure"), pressure_in(group, "memory.pressure"),
                      pressure_in(group, "io.pressure")};
  return true;
}

std::optional<uint64_t> parse_pressure(std::string_view lines) {
  constexpr std::string_view average = "avg10=";
  if (next_word(lines) != "some") return {};
  std::string_view word = next_word(lines);
  if (!has_prefix(word, average)) return {};
  word.remove_prefix(average.size());
  const size_t point = word.find('.');
  if (point == std::string_view::npos || word.size() != point + 3) return {};
  const auto whole = parse_number<uint64_t>({word.data(), point});
  const auto part = parse_number<uint64_t>({word.data() + point + 1, 2});
  return whole && part ? std::optional(*whole * 100 + *part) : std::nullopt;
}

Text<16> size_text(uint64_t bytes) {
  constexpr std::string_view units = "KMGTPE";
  uint64_t tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
  size_t unit = 0;
  for (; tenths >= 10240 && unit + 1 < units.size(); ++unit) tenths /= 1024;
  Text<16> text;
  if (tenths < 100 && tenths % 10 != 0)
    text.append(tenths / 10, ".", tenths % 10);
  else
    text.append(tenths / 10);
  text.append(units[unit]);
  return text;
}

Text<200> group_text(const GroupFigures& figures) {
  Text<200> text;
  if (figures.memory) {
    text.append("memory ", size_text(*figures.memory).view());
    if (figures.memory_max) text.append(" of ", size_text(*figures.memory_max).view());
  }
  if (figures.cpu)
    text.append(text.empty() ? "" : ", ", "cpu ",
                seconds_text(std::chrono::microseconds(*figures.cpu)).view());
  if (!figures.tasks) return text;
  text.append(text.empty() ? "" : ", ", *figures.tasks);
  if (figures.tasks_max) text.append(" of ", *figures.tasks_max);
  const bool one = *figures.tasks == 1 && !figures.tasks_max;
  text.append(one ? " task" : " tasks");
  return text;
}

}  // namespace stoker
