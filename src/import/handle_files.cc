// SPDX-License-Identifier: ISC
// Directives that are files of the service directory, among them those of the control group.
#include <algorithm>

#include "base/parse.hh"
#include "import/handlers.hh"
#include "import/unit_words.hh"
#include "import/values.hh"

namespace stoker::importer::handlers {

namespace {

std::string& file_of(Draft& draft, const Directive& directive) {
  return draft.definition.settings[std::string(directive.text)];
}

void drop_file(Draft& draft, const Directive& directive) {
  draft.definition.settings.erase(std::string(directive.text));
}

std::string cgroup_file(const Directive& directive) {
  return std::string(directive.text.substr(sizeof "cgroup"));
}

Reply set_cgroup(Draft& draft, const Directive& directive, const std::string& value) {
  draft.definition.cgroup[cgroup_file(directive)] = value;
  draft.definition.has_cgroup = true;
  return {};
}

Reply drop_cgroup(Draft& draft, const Directive& directive) {
  draft.definition.cgroup.erase(cgroup_file(directive));
  return {};
}

Reply needs_number(const Directive& directive) {
  return {Answer::reported, "write a number into " + std::string(directive.text)};
}

// From one scale, whose default is `usual`, to that of weights, whose default is 100.
std::string weight_of(uint64_t value, uint64_t usual) {
  return std::to_string(std::clamp<uint64_t>(value * 100 / usual, 1, 10000));
}

}  // namespace

Reply signal_file(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const std::string signal = signal_of(assignment.value);
  if (signal.empty()) return invalid("there is no such signal");
  file_of(draft, directive) = signal;
  return {};
}

Reply time_file(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const auto time = time_of(assignment.value);
  if (!time && !assignment.value.empty())
    return {Answer::reported, "write a time into " + std::string(directive.text)};
  if (!time || is_unlimited(*time))
    drop_file(draft, directive);
  else
    file_of(draft, directive) = *time;
  return {};
}

Reply marker_file(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const auto answer = parse_switch(assignment.value);
  if (!answer) return no_switch();
  if (*answer)
    file_of(draft, directive).clear();
  else
    drop_file(draft, directive);
  return {};
}

Reply exit_list_file(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value.empty()) {
    drop_file(draft, directive);
    return {};
  }
  std::string_view rest = assignment.value;
  while (true) {
    const std::string_view one = next_word(rest);
    if (one.empty()) return {};
    const std::string status = exit_status_of(one);
    if (status.empty()) return invalid("one of them is no exit status");
    std::string& list = file_of(draft, directive);
    list += (list.empty() ? "" : " ") + status;
  }
}

Reply number_file(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const auto number = parse_number<unsigned>(assignment.value);
  if (!number) return invalid("it is no number");
  // The most that the supervisor keeps.
  if (*number == 0)
    drop_file(draft, directive);
  else
    file_of(draft, directive) = std::to_string(std::min(*number, 128U));
  return {};
}

Reply cgroup_size(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value.empty()) return drop_cgroup(draft, directive);
  const auto size = size_of(assignment.value);
  return size ? set_cgroup(draft, directive, *size) : needs_number(directive);
}

Reply cgroup_weight(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value.empty()) return drop_cgroup(draft, directive);
  if (assignment.value == "idle" && assignment.key == "CPUWeight") {
    draft.definition.cgroup["cpu.idle"] = "1";
    return {Answer::honoured, "cgroup/cpu.idle"};
  }
  const auto weight = parse_number<unsigned>(assignment.value);
  if (!weight || *weight == 0 || *weight > 10000) return invalid("it is not from 1 to 10000");
  return set_cgroup(draft, directive, std::to_string(*weight));
}

Reply cgroup_list(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value.empty()) return drop_cgroup(draft, directive);
  std::string list = assignment.value;
  std::replace(list.begin(), list.end(), ' ', ',');
  return set_cgroup(draft, directive, list);
}

// `/dev/sda 5M` is `/dev/sda rbps=5000000`; here the units are powers of 1000.
Reply device_line(Draft& draft, const Assignment& assignment, const Directive& directive) {
  std::string_view target = directive.text, rest = assignment.value;
  const std::string file(next_word(target).substr(sizeof "cgroup"));
  const std::string key(next_word(target));
  if (rest.empty()) {
    draft.definition.cgroup.erase(file);
    return {};
  }
  const std::string device = draft.expanded(next_word(rest));
  const auto number = decimal_size_of(rest);
  if (!device.starts_with("/dev/") || !number)
    return {Answer::reported, "write MAJOR:MINOR and the value into cgroup/" + file};
  std::string& lines = draft.definition.cgroup[file];
  lines += (lines.empty() ? "" : "\n") + device + " " + (key.empty() ? "" : key + "=") + *number;
  draft.definition.has_cgroup = true;
  return {};
}

Reply cpu_quota(Draft& draft, const Assignment& assignment, const Directive& directive) {
  constexpr unsigned period = 100000;
  if (assignment.value.empty()) return drop_cgroup(draft, directive);
  if (assignment.value.back() != '%') return invalid("it is no percentage");
  const std::string_view digits(assignment.value.data(), assignment.value.size() - 1);
  const auto percent = parse_number<unsigned>(digits);
  if (!percent || *percent == 0 || *percent > 1000000) return needs_number(directive);
  return set_cgroup(
      draft, directive,
      std::to_string(uint64_t{*percent} * period / 100) + " " + std::to_string(period));
}

Reply tasks_max(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value == "infinity" || assignment.value.empty())
    return drop_cgroup(draft, directive);
  const auto number = parse_number<uint64_t>(assignment.value);
  return number ? set_cgroup(draft, directive, std::to_string(*number)) : needs_number(directive);
}

Reply old_cpu_shares(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value.empty()) return drop_cgroup(draft, directive);
  const auto shares = parse_number<unsigned>(assignment.value);
  return shares ? set_cgroup(draft, directive, weight_of(*shares, 1024)) : needs_number(directive);
}

Reply old_io_weight(Draft& draft, const Assignment& assignment, const Directive& directive) {
  if (assignment.value.empty()) return drop_cgroup(draft, directive);
  const auto weight = parse_number<unsigned>(assignment.value);
  return weight ? set_cgroup(draft, directive, weight_of(*weight, 500)) : needs_number(directive);
}

// With a group of its own, which it may divide further.
Reply delegate(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto answer = parse_switch(assignment.value);
  draft.definition.has_cgroup = draft.definition.has_cgroup || !answer || *answer;
  return {};
}

}  // namespace stoker::importer::handlers
