// SPDX-License-Identifier: ISC
// Directives of [Service] that describe its life.
#include <algorithm>

#include "import/exec_line.hh"
#include "import/handlers.hh"
#include "import/unit_words.hh"
#include "import/values.hh"

namespace stoker::importer::handlers {

namespace {

Reply add_commands(Draft& draft, const Assignment& assignment, Commands& commands) {
  if (assignment.value.empty()) {
    commands.clear();
    return {};
  }
  const ExecLine line = parse_exec_line(assignment.value, draft.specifiers);
  draft.unknown_specifiers += line.left;
  if (!line.fault.empty()) return {Answer::reported, line.fault + "; systemd ignores it, too"};
  commands.insert(commands.end(), line.commands.begin(), line.commands.end());
  return {};
}

Reply set_switch(bool& into, const Assignment& assignment) {
  const auto answer = parse_switch(assignment.value);
  if (!answer) return no_switch();
  into = *answer;
  return {};
}

template <size_t N>
bool is_among(std::string_view text, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

}  // namespace

Reply type(Draft& draft, const Assignment& assignment, const Directive&) {
  constexpr std::string_view known[] = {"simple", "exec",   "forking",       "oneshot",
                                        "dbus",   "notify", "notify-reload", "idle"};
  if (!is_among(assignment.value, known)) return invalid("there is no such type");
  draft.service.type = assignment.value;
  return {};
}

Reply exec_start(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.main);
}
Reply exec_start_pre(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.before);
}
Reply exec_start_post(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.started);
}
Reply exec_condition(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.condition);
}
Reply exec_reload(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.reload);
}
Reply exec_stop(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.stop);
}
Reply exec_stop_post(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_commands(draft, assignment, draft.definition.finish);
}

Reply restart(Draft& draft, const Assignment& assignment, const Directive&) {
  constexpr std::string_view known[] = {"no",          "always",   "on-success", "on-failure",
                                        "on-abnormal", "on-abort", "on-watchdog"};
  if (!is_among(assignment.value, known)) return invalid("there is no such word");
  draft.service.restart = assignment.value;
  return {};
}

Reply restart_sec(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto time = time_of(assignment.value);
  if (!time || *time == "infinity") return {Answer::reported, "write a time into restart-delay"};
  draft.service.restart_delay = *time;
  return {};
}

Reply restart_max_delay(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto time = time_of(assignment.value);
  if (!time) return {Answer::reported, "write a second time into restart-delay"};
  draft.service.longest_delay = *time == "infinity" ? "" : *time;
  return {};
}

Reply timeout_start(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto time = time_of(assignment.value);
  if (!time) return {Answer::reported, "write a time into timeout-start"};
  draft.service.start_timeout = is_unlimited(*time) ? "infinity" : *time;
  return {};
}

Reply timeout_stop(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto time = time_of(assignment.value);
  if (!time) return {Answer::reported, "write a time into timeout-kill"};
  draft.service.stop_timeout = is_unlimited(*time) ? "infinity" : *time;
  return {};
}

Reply timeout_both(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const Reply reply = timeout_start(draft, assignment, directive);
  return reply.answer == Answer::honoured ? timeout_stop(draft, assignment, directive) : reply;
}

Reply kill_mode(Draft& draft, const Assignment& assignment, const Directive&) {
  constexpr std::string_view known[] = {"control-group", "mixed", "process", "none"};
  if (!is_among(assignment.value, known)) return invalid("there is no such word");
  draft.service.kill_mode = assignment.value;
  if (assignment.value == "none")
    return {Answer::reported, "kill-mode is “process”: the main process is stopped nonetheless"};
  return {};
}

Reply send_sigkill(Draft& draft, const Assignment& assignment, const Directive&) {
  return set_switch(draft.service.kills, assignment);
}

Reply pid_file(Draft& draft, const Assignment& assignment, const Directive&) {
  std::string path = draft.expanded(assignment.value);
  if (!path.empty() && path.front() != '/') path = "/run/" + path;
  draft.service.pid_file = path;
  return {};
}

Reply guess_main(Draft& draft, const Assignment& assignment, const Directive&) {
  return set_switch(draft.service.guesses_main, assignment);
}

Reply remain_after_exit(Draft& draft, const Assignment& assignment, const Directive&) {
  return set_switch(draft.service.remains, assignment);
}

Reply root_starts(Draft& draft, const Assignment& assignment, const Directive&) {
  return set_switch(draft.service.root_starts, assignment);
}

Reply bus_name(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.service.bus_name = draft.expanded(assignment.value);
  return {};
}

Reply oom_policy(Draft& draft, const Assignment& assignment, const Directive& directive) {
  constexpr std::string_view known[] = {"continue", "stop", "kill"};
  if (!is_among(assignment.value, known)) return invalid("there is no such word");
  const std::string file(directive.text);
  draft.definition.settings.erase(file);
  if (assignment.value == "continue") return {};
  draft.definition.settings[file] = assignment.value;
  draft.definition.has_cgroup = true;
  return {};
}

}  // namespace stoker::importer::handlers
