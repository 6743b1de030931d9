// SPDX-License-Identifier: ISC
#include "supervise/aftermath.hh"

#include <fcntl.h>
#include <sys/wait.h>

#include <algorithm>

#include "base/fd.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "service/control.hh"
#include "service/control_group.hh"
#include "service/layout.hh"
#include "service/name_list.hh"

namespace stoker {

namespace {

std::string_view result_of_end(const RunState& run) {
  if (run.wait_status == unseen_status) return "protocol";
  if (run.signal == 0) return "exit-code";
  return WCOREDUMP(run.wait_status) ? "core-dump" : "signal";
}

std::string_view result_of(const RunState& run) {
  if (run.reason == Reason::too_many_deaths) return "start-limit-hit";
  if (run.reason == Reason::not_stopped) return "timeout";
  if (is_lack_of_memory(run.error)) return "oom-kill";
  if (run.reason == Reason::cannot_fork || run.reason == Reason::no_group) return "resources";
  if (run.reason == Reason::cycle) return "dependency";
  if (run.reason == Reason::after_failed) return "exit-code";
  switch (ending_of(run)) {
  case Ending::timeout: return "timeout";
  case Ending::watchdog:
  case Ending::unhealthy: return "watchdog";
  case Ending::clean:
  case Ending::unclean:
  case Ending::signal: break;
  }
  return result_of_end(run);
}

// Where names such as those in `on-failure` are looked up: beside the service, as it was named.
PathText state_directory_of(const Environment& environment, std::string_view name) {
  const char* const root = environment.get(layout::variable_state);
  const char* const own = environment.get("PWD");
  const std::string_view path(own != nullptr ? own : "");
  const std::string_view parent(path.data(), std::min(path.rfind('/'), path.size()));
  const PathText service(parent, "/", name);
  const PathText state = layout::state_directory(root, service, name);
  return state.view().front() == '/' ? state : PathText(service, "/", state);
}

}  // namespace

EndWords words_of_end(const RunState& run, bool failed) {
  EndWords words{failed ? result_of(run) : "success", {}, {}};
  if (run.signal != 0) {
    const std::string_view name = signal_name(run.signal);
    words.code = WCOREDUMP(run.wait_status) ? "dumped" : "killed";
    name.empty() ? words.status.append(run.signal) : words.status.append(name);
  } else if (run.exit_code >= 0) {
    words.code = "exited";
    words.status.append(run.exit_code);
  }
  return words;
}

void Aftermath::follow(bool failed) {
  const char* const path = failed ? "./on-failure" : "./on-success";
  if (is_executable(place_.directory, path))
    execute(failed, path);
  else
    start_others(path + 2);
}

// Who takes over from us must not execute it again: the child writes that down.
void Aftermath::execute(bool failed, const char* path) {
  const EndWords words = words_of_end(run_, failed);
  Text<40> variables[] = {
      Text<40>("SERVICE_RESULT=", words.result), Text<40>("SVREASON=", word(run_.reason)),
      Text<40>("EXIT_CODE=", words.code), Text<40>("EXIT_STATUS=", words.status)};
  const std::span known(variables, words.code.empty() ? 2 : 4);
  TemporaryVariables added(shared_.environment);
  for (Text<40>& variable : known) added.set(variable.data());
  const Digits code(run_.exit_code), signal(run_.signal);
  const Text<255> name(place_.name);
  const char* const argv[] = {path, code.c_str(), signal.c_str(), name.c_str(), nullptr};
  scripts_.follow(argv, run_.last_run, [this] { shared_.record.write_in_child(); });
}

void Aftermath::start_others(const char* file) {
  char buffer[4096];
  const Fd open = open_read(place_.directory, file);
  const ssize_t got = open ? read_all(open.get(), buffer) : -1;
  if (got < 0) return warn_errno({"unable to read ", file});
  std::string_view lines(buffer, static_cast<size_t>(got));
  NameLines names;
  while (const auto name = names.next(lines, true)) start(*name, file);
}

void Aftermath::start(std::string_view name, const char* file) {
  const bool usable = !has_slash(name) && name.front() != '.' && name != place_.name;
  if (!usable)
    return warn({"ignoring ", name, " in ", file, ": it must be the name of another service"});
  const PathText path = state_directory_of(shared_.environment, name);
  const Fd state = open_search(AT_FDCWD, path.c_str());
  if (state && send_letters(state.get(), {&letter::up, 1})) return;
  if (errno == ENXIO || errno == ENOENT)
    warn({"unable to start ", name, " for ", file, ": no supervisor is running"});
  else
    warn_errno({"unable to start ", name, " for ", file});
}

}  // namespace stoker
