// SPDX-License-Identifier: ISC
#include "sv/lint.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/fd.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/in_path.hh"
#include "net/listen_line.hh"
#include "service/group_lint.hh"
#include "service/layout.hh"
#include "service/lint.hh"
#include "sv/accounts.hh"
#include "sv/script.hh"

namespace stoker {

namespace {

// The service's directory, or a directory in it.
struct Place {
  int directory;
  std::string_view label;  // "", "log/" or "control/"
  LintSink report;

  void say(const char* name, Words fault) const {
    const Text<280> file(label, name);
    Fault sentence(file.view());
    for (const std::string_view word : fault) sentence.append(word);
    report(file, sentence);
  }
};

std::string_view contents(int directory, const char* name, std::span<char> into) {
  const Fd file = open_read(directory, name);
  const ssize_t got = file ? read_all(file.get(), into) : -1;
  return {into.data(), got > 0 ? static_cast<size_t>(got) : 0};
}

bool is_of_s6(int directory) {
  char buffer[64];
  return trim(contents(directory, layout::type, buffer)) == "longrun";
}

// --- Values and names -------------------------------------------------------

void look_at_value(const Place& place, size_t at) {
  char buffer[256];
  const FileName& file = service_file_names[at];
  const Fd open = open_read(place.directory, file.name);
  const ssize_t got = open ? read_all(open.get(), buffer) : -1;
  if (got < 0) return place.say(file.name, {" cannot be read: ", error_text(errno)});
  const std::string_view text(buffer, static_cast<size_t>(got));
  const Fault fault = fault_of_value(place.label, file.name, file.kind, text);
  const bool of_s6 = is_time_of_s6(static_cast<ServiceFile>(at)) && is_of_s6(place.directory);
  if (fault.empty() || (of_s6 && is_valid(file.kind, text))) return;
  place.report(Text<280>(place.label, file.name), fault);
}

void look_at_names(const Place& place) {
  Directory entries(place.directory, ".");
  while (const char* const name = entries ? entries.next() : nullptr) {
    const size_t at = index_of_service_file(name);
    const Fault fault = fault_of_name(place.label, name);
    if (!fault.empty())
      place.report(Text<280>(place.label, name), fault);
    else if (at < setting_count)
      look_at_value(place, at);
  }
}

// --- Sockets ----------------------------------------------------------------

int notification_fd(int directory) {
  char buffer[64];
  return parse_number<int>(trim(contents(directory, layout::notification_fd, buffer))).value_or(-1);
}

void look_at_sockets(const Place& place) {
  static constinit char buffer[longest_listen_file + 1];
  if (!is_name_taken(place.directory, layout::listen)) {
    if (is_name_taken(place.directory, layout::on_demand))
      place.say(layout::on_demand, {" has no effect: there is no ", layout::listen});
    return;
  }
  const Fd file = open_read(place.directory, layout::listen);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got < 0) return place.say(layout::listen, {" cannot be read: ", error_text(errno)});
  const auto fault =
      fault_of_listen({buffer, static_cast<size_t>(got)}, notification_fd(place.directory));
  if (!fault.empty()) place.say(layout::listen, {": ", fault});
}

// --- The control group ------------------------------------------------------

void look_at_group_setting(const Place& place, const char* name) {
  char buffer[2000];
  if (std::string_view(name) == layout::cgroup_required) return;
  const Text<280> path(place.label, name);
  const Fault misnamed = fault_of_group_name(name);
  if (!misnamed.empty()) return place.report(path, misnamed);
  const Fd file = open_read(place.directory, name);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got < 0) return place.say(name, {" cannot be read: ", error_text(errno)});
  const Fault fault = fault_of_group_value(name, {buffer, static_cast<size_t>(got)});
  if (!fault.empty()) place.report(path, fault);
}

void look_at_group(const Place& outer) {
  if (!is_name_taken(outer.directory, layout::cgroup)) return;
  Directory settings(outer.directory, layout::cgroup);
  if (!settings) return outer.say(layout::cgroup, {" cannot be opened: ", error_text(errno)});
  const Place place{settings.fd(), "cgroup/", outer.report};
  while (const char* const name = settings.next())
    if (name[0] != '.') look_at_group_setting(place, name);
}

// --- Programs ---------------------------------------------------------------

bool look_at_executable(const Place& place, const char* name, std::string_view interpreter) {
  const PathText path(interpreter);
  struct stat facts {};
  const bool usable = access(path.c_str(), X_OK) == 0 && stat(path.c_str(), &facts) == 0;
  if (!usable)
    place.say(name, {": its interpreter ", path, ": ", error_text(errno)});
  else if (!S_ISREG(facts.st_mode))
    place.say(name, {": its interpreter ", path, " is not a regular file"});
  return usable && S_ISREG(facts.st_mode);
}

// False if the script could not be executed.
bool look_at_interpreter(const Place& place, const char* name, std::string_view text) {
  const Interpreter interpreter = interpreter_of(text);
  if (interpreter.path.empty()) {
    place.say(name, {" does not begin with a line like #!/bin/sh"});
    return false;
  }
  if (has_cr_lf(text)) {
    place.say(name, {" has lines that end with CR LF: save it with LF alone"});
    return false;
  }
  // env executes a path as it is.
  if (look_at_executable(place, name, interpreter.path) && has_slash(interpreter.program))
    look_at_executable(place, name, interpreter.program);
  else if (!interpreter.program.empty() && !has_slash(interpreter.program) &&
           !is_in_path(interpreter.program))
    place.say(name, {": its interpreter ", interpreter.program, " is not in PATH"});
  return true;
}

void look_at_text(const Place& place, const char* name, std::string_view text, bool runs) {
  constexpr std::string_view elf = "\177ELF";
  if (text.empty()) return place.say(name, {" is empty"});
  if (has_prefix(text, elf) || !look_at_interpreter(place, name, text)) return;
  if (!is_shell(interpreter_of(text))) return;
  const auto fault = runs ? fault_of_run(text) : Text<160>();
  if (!fault.empty()) place.say(name, {fault});
  find_users(text, [&](std::string_view user) {
    const auto unknown = fault_of_account(user);
    if (!unknown.empty()) place.say(name, {unknown});
  });
}

// `runs`: it becomes the service, or the logger.
void look_at_program(const Place& place, const char* name, bool runs) {
  static constinit char buffer[64 * 1024];
  struct stat facts {};
  if (fstatat(place.directory, name, &facts, 0) != 0)
    return place.say(name, {": ", error_text(errno)});
  if (!S_ISREG(facts.st_mode)) return place.say(name, {" is not a regular file"});
  if ((facts.st_mode & S_IXUSR) == 0)
    place.say(name, {" is not executable: chmod +x ", place.label, name});
  const Fd file = open_read(place.directory, name);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got < 0) return place.say(name, {" cannot be read: ", error_text(errno)});
  // Of what is longer, the end is not known.
  const bool whole = static_cast<size_t>(got) < sizeof buffer;
  look_at_text(place, name, {buffer, static_cast<size_t>(got)}, runs && whole);
}

void look_at_scripts(const Place& place) {
  for (const FileName& file : service_file_names)
    if ((file.kind == FileKind::script && is_name_taken(place.directory, file.name)) ||
        (file.kind == FileKind::aftermath && is_executable(place.directory, file.name)))
      look_at_program(place, file.name, std::string_view(file.name) == layout::run);
}

void look_at_control(const Place& outer) {
  Directory scripts(outer.directory, layout::control_scripts);
  const bool hidden = !scripts && errno != ENOENT && errno != ENOTDIR;
  if (hidden) outer.say(layout::control_scripts, {" cannot be opened: ", error_text(errno)});
  if (!scripts) return;
  const Place place{scripts.fd(), "control/", outer.report};
  while (const char* const name = scripts.next())
    if (name[0] != '.' && name[1] == '\0') look_at_program(place, name, false);
}

void look_at_log(const Place& outer) {
  struct stat facts {};
  if (!is_name_taken(outer.directory, layout::log)) return;
  if (fstatat(outer.directory, layout::log, &facts, 0) == 0 && S_ISREG(facts.st_mode))
    return look_at_program(outer, layout::log, true);
  const Fd directory = open_directory(outer.directory, layout::log);
  if (!directory) return outer.say(layout::log, {" cannot be opened: ", error_text(errno)});
  if (!open_directory(directory.get(), "."))
    return outer.say(layout::log, {" cannot be read: ", error_text(errno)});
  const Place place{directory.get(), "log/", outer.report};
  look_at_names(place);
  look_at_program(place, layout::run, true);
}

}  // namespace

bool is_definition(int directory) {
  for (const char* const name : {layout::run, layout::start, "needs", "wants"})
    if (is_name_taken(directory, name)) return true;
  return false;
}

void lint_service(int directory, LintSink report) {
  const Place place{directory, "", report};
  // To list it, and to look up what is in it.
  if (!open_directory(directory, "."))
    return report({}, Fault("unable to read the directory: ", error_text(errno)));
  look_at_names(place);
  look_at_sockets(place);
  look_at_group(place);
  look_at_scripts(place);
  if (!is_definition(directory))
    place.say(layout::run, {" does not exist, and neither does ", layout::start});
  look_at_control(place);
  look_at_log(place);
}

}  // namespace stoker
