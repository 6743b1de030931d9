// SPDX-License-Identifier: ISC
// Directives that are options of chpst and jail, or that need no work.
#include <algorithm>

#include "base/parse.hh"
#include "import/handlers.hh"
#include "import/unit_words.hh"
#include "import/values.hh"

namespace stoker::importer::handlers {

namespace {

ChainOptions& options_of(Draft& draft, const OptionTarget& target) {
  ProcessSetup& process = draft.definition.process;
  return target.program == "jail" ? process.jail : process.chpst;
}

// Paths may have a `+` in front: from the root directory of the service.
std::string without_plus(const std::string& path) {
  if (path.starts_with("+")) return path.substr(1);
  if (path.starts_with("-+")) return "-" + path.substr(2);
  // Of a bind mount; jail binds what is mounted below, too.
  if (path.ends_with(":rbind")) return path.substr(0, path.size() - 6);
  return path;
}

// CAP_NET_ADMIN and sys_admin.
std::string lower_text(std::string_view text) {
  std::string result;
  for (const char byte : text)
    result += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  return result;
}

}  // namespace

Reply harmless(Draft&, const Assignment&, const Directive&) { return {Answer::harmless, {}}; }

Reply report(Draft&, const Assignment& assignment, const Directive&) {
  return {assignment.value.empty() ? Answer::harmless : Answer::reported, {}};
}

Reply refuse(Draft&, const Assignment& assignment, const Directive&) {
  return {assignment.value.empty() ? Answer::harmless : Answer::refused, {}};
}

Reply report_if_set(Draft&, const Assignment& assignment, const Directive&) {
  const std::string_view value = assignment.value;
  const auto answer = parse_switch(value);
  const bool unset = value.empty() || (answer && !*answer) || value == "none" ||
                     value == "inherit" || value == "main";
  return {unset ? Answer::harmless : Answer::reported, {}};
}

Reply refuse_if_set(Draft&, const Assignment& assignment, const Directive&) {
  const auto answer = parse_switch(assignment.value);
  const bool unset = assignment.value.empty() || (answer && !*answer);
  return {unset ? Answer::harmless : Answer::refused, {}};
}

namespace {

// Words that newer versions of systemd know besides yes and no.
struct NewWord {
  std::string_view key, word;
  bool is_yes;  // ours is at least as strict; if not, it is refused
};
constexpr NewWord new_words[] = {
    {"PrivateTmp", "disconnected", true},      {"PrivateUsers", "self", true},
    {"PrivateUsers", "identity", true},        {"PrivateUsers", "full", true},
    {"PrivateUsers", "managed", false},        {"ProtectHostname", "private", true},
    {"ProtectControlGroups", "strict", false}, {"ProtectControlGroups", "private", false},
};

const NewWord* find_new_word(const Assignment& assignment) {
  // A name of the host may follow.
  const std::string_view value = assignment.value;
  const std::string_view word = value.substr(0, value.find(':'));
  for (const NewWord& one : new_words)
    if (one.key == assignment.key && one.word == word) return &one;
  return nullptr;
}

}  // namespace

Reply flag(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  auto answer = parse_switch(assignment.value);
  if (const NewWord* const found = find_new_word(assignment)) {
    if (!found->is_yes) return {Answer::refused, "this needs a newer systemd; use ‘yes’"};
    answer = true;
  }
  if (!answer && !assignment.value.empty()) return no_switch();
  if (answer.value_or(false))
    options.set({target.option, {}});
  else
    options.remove(target.option);
  return {};
}

Reply mode(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  const auto answer = parse_switch(assignment.value);
  if (assignment.value.empty() || (answer && !*answer))
    options.remove(target.option);
  else if (answer)
    options.set({target.option, {}});
  else
    options.set({target.option, draft.expanded(assignment.value), true});
  return {};
}

// Lists of kinds add up; yes and no stand for all and none.
Reply namespaces(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  if (assignment.value.empty() || parse_switch(assignment.value)) {
    options.remove(target.option);
    return mode(draft, assignment, directive);
  }
  if (options.has(target.option) && options.value(target.option).empty())
    options.remove(target.option);
  options.add({target.option, draft.expanded(assignment.value), true});
  return {};
}

Reply word(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  const std::string value = draft.expanded(assignment.value);
  if (value.empty() || value == "default" || value == "all")
    options.remove(target.option);
  else
    options.set({target.option, value});
  return {};
}

Reply each_word(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  if (assignment.value.empty()) options.remove(target.option);
  const auto words = split_words(assignment.value);
  if (!words) return invalid("it has an open quote or an unknown escape");
  for (const std::string& one : *words)
    options.add({target.option, without_plus(draft.expanded(one))});
  return {};
}

Reply each_line(Draft& draft, const Assignment& assignment, const Directive& directive) {
  return whole_list(draft, assignment, directive);
}

Reply whole_list(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  if (assignment.value.empty())
    options.remove(target.option);
  else
    options.add({target.option, draft.expanded(assignment.value)});
  return {};
}

namespace {

// A nice value has a sign for systemd; the kernel, and chpst, count from 20 down.
std::string kernel_limit(std::string_view key, std::string_view value) {
  const size_t colon = value.find(':');
  if (colon != value.npos)
    return kernel_limit(key, value.substr(0, colon)) + ":" +
           kernel_limit(key, value.substr(colon + 1));
  const bool plus = value.starts_with("+");
  if (key != "LimitNICE" || !(plus || value.starts_with("-"))) return std::string(value);
  const auto nice = parse_number<int>(plus ? value.substr(1) : value);
  return nice ? std::to_string(20 - *nice) : std::string(value);
}

}  // namespace

Reply limit(Draft& draft, const Assignment& assignment, const Directive&) {
  ChainOptions& options = draft.definition.process.chpst;
  const std::string name = lower_text(assignment.key.substr(5));
  ChainOptions others;
  for (const ChainOption& option : options.all())
    if (option.name != "--limit" || !option.value.starts_with(name + "=")) others.add(option);
  options = others;
  if (!assignment.value.empty())
    options.add({"--limit", name + "=" + kernel_limit(assignment.key, assignment.value)});
  return {};
}

Reply capability_list(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  if (!assignment.value.empty()) {
    if (options.value(target.option) == "none") options.remove(target.option);
    options.add({target.option, draft.expanded(assignment.value)});
    return {};
  }
  options.remove(target.option);
  if (directive.rights == Rights::restricts) options.add({target.option, "none"});
  return {};
}

// An error behind a colon is that of a single call, which in a list of permitted calls is none of
// them; here one error is for all.
Reply system_calls(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const OptionTarget target = target_of(directive.text);
  ChainOptions& options = options_of(draft, target);
  if (assignment.value.empty()) options.remove(target.option);
  const auto words = split_words(assignment.value);
  if (!words) return invalid("it has an open quote or an unknown escape");
  const bool denies = assignment.value.starts_with("~");
  std::string list, skipped, error;
  for (const std::string& one : *words) {
    const size_t colon = std::min(one.find(':'), one.size());
    const std::string call = one.substr(0, colon);
    if (!list.empty() && call.starts_with("~")) {
      skipped += call;
      continue;
    }
    if (colon < one.size()) error = one.substr(colon + 1);
    if (colon == one.size() || denies) list += (list.empty() ? "" : " ") + call;
  }
  if (!list.empty()) options.add({target.option, list});
  if (!error.empty())
    return {Answer::refused, "one error is for all calls: use SystemCallErrorNumber=" + error};
  if (skipped.empty()) return {};
  return {Answer::honoured, std::string(directive.text) + ", without " + skipped +
                                ", which systemd skips: a “~” must come first"};
}

Reply temporary_file_systems(Draft& draft, const Assignment& assignment, const Directive&) {
  ChainOptions& options = draft.definition.process.jail;
  if (assignment.value.empty()) options.remove("--temporary-fs");
  const auto words = split_words(assignment.value);
  if (!words) return invalid("it has an open quote or an unknown escape");
  for (const std::string& one : *words) options.add({"--temporary-fs", draft.expanded(one)});
  return {};
}

}  // namespace stoker::importer::handlers
