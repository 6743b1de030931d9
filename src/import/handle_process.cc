// SPDX-License-Identifier: ISC
// Directives about the environment in which programs run.
#include <algorithm>

#include "base/parse.hh"
#include "import/handlers.hh"
#include "import/lines.hh"
#include "import/unit_words.hh"
#include "import/values.hh"

namespace stoker::importer::handlers {

namespace {

// /run for RuntimeDirectory, …
std::string_view root_of(std::string_view key) {
  if (key.starts_with("Runtime")) return "/run/";
  if (key.starts_with("State")) return "/var/lib/";
  if (key.starts_with("Cache")) return "/var/cache/";
  if (key.starts_with("Logs")) return "/var/log/";
  return "/etc/";
}

ProcessFacts::OwnDirectories& directories_of(Draft& draft, const Directive& directive) {
  const std::string option = target_of(directive.text).option;
  const std::string_view root = root_of(directive.key);
  auto& all = draft.process.directories;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.root == root; });
  if (found != all.end()) return *found;
  all.push_back({option.starts_with("--") ? option : std::string(), std::string(root), {}, {}});
  return all.back();
}

// The nodes of a group of devices, as the kernel names them.
struct DeviceGroup {
  std::string_view name, pattern;
};
constexpr DeviceGroup device_groups[] = {
    {"char-rtc", "/dev/rtc*"},      {"char-pps", "/dev/pps*"},    {"char-ptp", "/dev/ptp*"},
    {"char-drm", "/dev/dri/*"},     {"char-fuse", "/dev/fuse"},   {"char-input", "/dev/input/*"},
    {"char-alsa", "/dev/snd/*"},    {"char-fb", "/dev/fb*"},      {"char-vcs", "/dev/vcs*"},
    {"char-tty", "/dev/tty[0-9]*"}, {"char-hvc", "/dev/hvc*"},    {"block-loop", "/dev/loop*"},
    {"block-sd", "/dev/sd*"},       {"block-nvme", "/dev/nvme*"},
};

// Empty if it is neither a node nor a group that is known.
std::string pattern_of(const std::string& node) {
  if (node.starts_with("/dev/")) return node;
  for (const DeviceGroup& group : device_groups)
    if (group.name == node) return std::string(group.pattern);
  return {};
}

std::string_view name_of_class(std::string_view value) {
  if (value == "1") return "realtime";
  if (value == "2") return "best-effort";
  if (value == "3") return "idle";
  return value == "0" ? "none" : value;
}

}  // namespace

Reply user(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.user = draft.expanded(assignment.value);
  return {};
}

Reply group(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.group = draft.expanded(assignment.value);
  return {};
}

Reply groups(Draft& draft, const Assignment& assignment, const Directive&) {
  if (assignment.value.empty()) draft.process.groups.clear();
  for_each_word(assignment.value,
                [&](std::string_view one) { draft.process.groups.push_back(draft.expanded(one)); });
  return {};
}

Reply dynamic_user(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto answer = parse_switch(assignment.value);
  if (!answer) return no_switch();
  draft.process.dynamic_user = *answer;
  return {};
}

Reply working_directory(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.working_directory = draft.expanded(assignment.value);
  return {};
}

Reply root_directory(Draft& draft, const Assignment& assignment, const Directive&) {
  const std::string path = draft.expanded(assignment.value);
  if (path.empty() || path == "/")
    draft.definition.process.jail.remove("--root");
  else
    draft.definition.process.jail.set({"--root", path});
  return {};
}

Reply environment(Draft& draft, const Assignment& assignment, const Directive&) {
  auto& all = draft.process.environment;
  if (assignment.value.empty()) all.clear();
  const auto words = split_words(assignment.value);
  if (!words) return invalid("it has an open quote or an unknown escape");
  for (const std::string& word : *words) {
    const std::string variable = draft.expanded(word);
    const size_t sign = variable.find('=');
    if (sign == variable.npos || sign == 0) return invalid("it is no NAME=VALUE");
    std::erase_if(
        all, [&](const std::string& old) { return old.starts_with(variable.substr(0, sign + 1)); });
    all.push_back(variable);
  }
  return {};
}

Reply environment_file(Draft& draft, const Assignment& assignment, const Directive&) {
  if (assignment.value.empty())
    draft.process.environment_files.clear();
  else
    draft.process.environment_files.push_back(draft.expanded(assignment.value));
  return {};
}

Reply pass_environment(Draft&, const Assignment&, const Directive&) {
  return {Answer::harmless, {}};
}

Reply own_directory(Draft& draft, const Assignment& assignment, const Directive& directive) {
  auto& directories = directories_of(draft, directive);
  if (assignment.value.empty()) directories.names.clear();
  const auto words = split_words(assignment.value);
  if (!words) return invalid("it has an open quote or an unknown escape");
  for (const std::string& word : *words) {
    const std::string name = draft.expanded(word);
    if (name.find(':') != name.npos) return {Answer::reported, "make the link in run"};
    directories.names.push_back(name);
  }
  return {};
}

Reply own_directory_mode(Draft& draft, const Assignment& assignment, const Directive& directive) {
  directories_of(draft, directive).mode = assignment.value;
  return {};
}

Reply standard_input(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.input = draft.expanded(assignment.value);
  if (assignment.value == "data") return {Answer::reported, "use a here document in run"};
  return {};
}

Reply standard_output(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.output = draft.expanded(assignment.value);
  return {};
}

Reply standard_error(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.error = draft.expanded(assignment.value);
  return {};
}

Reply terminal(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.terminal = draft.expanded(assignment.value);
  return {};
}

Reply ignore_pipe(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.ignores_pipe = parse_switch(assignment.value).value_or(true);
  if (!draft.process.ignores_pipe) return {Answer::harmless, "a broken pipe ends a program anyway"};
  return {};
}

Reply io_class(Draft& draft, const Assignment& assignment, const Directive&) {
  const std::string_view name = name_of_class(assignment.value);
  draft.process.io_class = name == "none" ? "" : std::string(name);
  return {};
}

Reply io_level(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.process.io_level = assignment.value;
  return {};
}

Reply device_policy(Draft& draft, const Assignment& assignment, const Directive&) {
  if (assignment.value == "closed" || assignment.value == "strict")
    draft.process.limits_devices = true;
  return {};
}

// Only nodes that are visible can be opened. What may only be read cannot be kept from being
// written.
Reply device_allow(Draft& draft, const Assignment& assignment, const Directive&) {
  if (assignment.value.empty()) {
    draft.process.devices.clear();
    return {};
  }
  draft.process.limits_devices = true;
  std::string_view rest = assignment.value;
  const std::string node = draft.expanded(next_word(rest));
  const std::string_view access = next_word(rest);
  if (node == "char-pts" || node == "/dev/null") return {};
  const std::string pattern = pattern_of(node);
  if (pattern.empty())
    return {Answer::refused, "name the nodes with ‘jail --private-devices --bind’"};
  if (!access.empty() && access.find('w') == access.npos)
    return {Answer::refused, "a node that is only to be read can be written, too"};
  draft.process.devices.push_back(pattern);
  return {};
}

// With a dash, systemd goes on without it.
Reply security_label(Draft&, const Assignment& assignment, const Directive&) {
  if (assignment.value.empty()) return {Answer::harmless, {}};
  return {assignment.value.front() == '-' ? Answer::reported : Answer::refused, {}};
}

// Only `shared` lets mounts be seen outside.
Reply mount_flags(Draft& draft, const Assignment& assignment, const Directive&) {
  if (assignment.value == "slave" || assignment.value == "private")
    draft.definition.process.jail.set({"--private-mounts", {}});
  else
    draft.definition.process.jail.remove("--private-mounts");
  return {};
}

}  // namespace stoker::importer::handlers
