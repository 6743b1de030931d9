// SPDX-License-Identifier: ISC
// The configuration of supervisord: http://supervisord.org/configuration.html.
#include <glob.h>

#include <algorithm>
#include <map>

#include "base/parse.hh"
#include "import/disk.hh"
#include "import/foreign.hh"
#include "import/lines.hh"
#include "import/unit_words.hh"
#include "import/values.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

// --- Its ini files ------------------------------------------------------------

// Comments begin with `;` or `#` at the start of a line, or with ` ;` behind a value; a line that
// begins with a blank continues the value before.
std::vector<Assignment> assignments_of(std::string_view text, const std::string& path) {
  std::vector<Assignment> all;
  std::string section;
  for_each_line(text, [&](std::string_view line, unsigned number) {
    line = line.substr(0, line.find(" ;"));
    const bool continues = !line.empty() && (line.front() == ' ' || line.front() == '\t');
    const std::string_view word = trim(line);
    if (word.empty() || word.front() == ';' || word.front() == '#') return;
    if (continues && !all.empty()) {
      all.back().value += "\n" + std::string(word);
    } else if (word.front() == '[' && word.back() == ']') {
      section = word.substr(1, word.size() - 2);
    } else if (const size_t sign = word.find('='); sign != word.npos) {
      all.push_back({section,
                     std::string(trim(word.substr(0, sign))),
                     std::string(trim(word.substr(sign + 1))),
                     {path, number}});
    }
  });
  return all;
}

using Variables = std::map<std::string, std::string>;

// %(name)s and %(name)02d. What is not known stays as it is, and is added to `left`.
std::string expanded(std::string_view value, const Variables& variables, std::string& left) {
  std::string result;
  while (!value.empty()) {
    const size_t start = value.find("%(");
    const size_t end = start == value.npos ? start : value.find(')', start);
    const size_t letter = end == value.npos ? end : value.find_first_of("sd", end);
    if (letter == value.npos) break;
    result += value.substr(0, start);
    const std::string name(value.substr(start + 2, end - start - 2));
    const auto found = variables.find(name);
    const std::string_view whole = value.substr(start, letter + 1 - start);
    std::string text(found == variables.end() ? whole : found->second);
    if (found == variables.end()) left += (left.empty() ? "" : " ") + text;
    const auto width = parse_number<size_t>(value.substr(end + 1, letter - end - 1));
    if (width && text.size() < *width) text.insert(0, *width - text.size(), '0');
    result += text;
    value.remove_prefix(letter + 1);
  }
  result += value;
  for (size_t at = result.find("%%"); at != result.npos; at = result.find("%%", at + 1))
    result.erase(at, 1);
  return result;
}

// --- Programs -----------------------------------------------------------------

struct Program {
  Draft& draft;
  std::string restarts = "unexpected", exits = "0", stop_signal = "TERM", stop_wait = "10s";
  bool starts = true, stops_group = false;
};

using Take = Reply (*)(Program& program, const std::string& value);

ChainOptions& options_of(Program& program) { return program.draft.definition.process.chpst; }

Reply take_command(Program& program, const std::string& value) {
  const auto words = split_words(value);
  if (!words || words->empty()) return {Answer::reported, "write it into run"};
  Command command;
  command.words = *words;
  program.draft.definition.main = {command};
  return {};
}

Reply take_environment(Program& program, const std::string& value) {
  std::string text;
  bool quoted = false;
  // Commas between assignments, not those in quotes.
  for (const char byte : value) {
    if (byte == '"' || byte == '\'') quoted = !quoted;
    text += (byte == ',' || byte == '\n') && !quoted ? ' ' : byte;
  }
  const auto words = split_words(text);
  if (!words) return {Answer::reported, "write it as chpst --set into run"};
  for (const std::string& word : *words) options_of(program).add({"--set", word});
  return {};
}

Reply take_user(Program& program, const std::string& value) {
  if (value == "root" || value == "0") return {};
  options_of(program).set({"-u", program.draft.accounts->user_name(value)});
  options_of(program).set({"--init-groups", {}});
  return {};
}

Reply take_directory(Program& program, const std::string& value) {
  options_of(program).set({"--chdir", value});
  program.draft.definition.process.stays = true;
  return {};
}

Reply take_umask(Program& program, const std::string& value) {
  options_of(program).set({"--umask", value});
  return {};
}

Reply take_autostart(Program& program, const std::string& value) {
  program.starts = parse_switch(value).value_or(true);
  return {};
}

Reply take_autorestart(Program& program, const std::string& value) {
  const auto answer = parse_switch(value);
  program.restarts = answer ? (*answer ? "always" : "never") : "unexpected";
  return {};
}

Reply take_exit_codes(Program& program, const std::string& value) {
  program.exits = value;
  std::replace(program.exits.begin(), program.exits.end(), ',', ' ');
  return {};
}

Reply take_start_seconds(Program& program, const std::string& value) {
  if (const auto time = time_of(value); time && !is_unlimited(*time))
    program.draft.definition.settings[layout::minimum_uptime] = *time;
  return {};
}

Reply take_stop_signal(Program& program, const std::string& value) {
  const std::string signal = signal_of(value);
  if (signal.empty()) return {Answer::reported, "there is no such signal"};
  program.stop_signal = signal;
  return {};
}

Reply take_stop_wait(Program& program, const std::string& value) {
  const auto time = time_of(value);
  if (!time) return {Answer::reported, "write a time into timeout-kill"};
  program.stop_wait = *time;
  return {};
}

Reply take_stop_group(Program& program, const std::string& value) {
  program.stops_group = parse_switch(value).value_or(false);
  return {};
}

Reply take_output(Program& program, const std::string& value) {
  Definition& definition = program.draft.definition;
  if (value == "NONE") options_of(program).set({"--stdout", "null"});
  if (value.starts_with("/dev/")) definition.log_directory.clear();
  return value.starts_with("/dev/") ? Reply{Answer::honoured, "no logger"} : Reply{};
}

Reply take_error(Program& program, const std::string& value) {
  if (value == "NONE") {
    options_of(program).set({"--stderr", "null"});
    program.draft.definition.merges_stderr = false;
  }
  return {};
}

struct Key {
  std::string_view key;
  Take take;  // null: harmless, or reported
  Answer answer;
  std::string_view text;
};

// clang-format off
constexpr Answer honoured = Answer::honoured, harmless = Answer::harmless,
                 reported = Answer::reported;
constexpr Key keys[] = {
    {"command",        take_command,       honoured, "run"},
    {"directory",      take_directory,     honoured, "chpst --chdir"},
    {"environment",    take_environment,   honoured, "chpst --set"},
    {"user",           take_user,          honoured, "chpst -u"},
    {"umask",          take_umask,         honoured, "chpst --umask"},
    {"autostart",      take_autostart,     honoured, "down"},
    {"autorestart",    take_autorestart,   honoured, "restart"},
    {"exitcodes",      take_exit_codes,    honoured, "success-exit"},
    {"startsecs",      take_start_seconds, honoured, "minimum-uptime"},
    {"stopsignal",     take_stop_signal,   honoured, "down-signal"},
    {"stopwaitsecs",   take_stop_wait,     honoured, "timeout-kill"},
    {"stopasgroup",    take_stop_group,    honoured, "control/t"},
    {"stdout_logfile", take_output,        honoured, "the logger"},
    {"stderr_logfile", take_error,         honoured, "the logger, with standard output"},
    {"redirect_stderr", nullptr, honoured, "both go to the logger"},
    {"killasgroup",    nullptr, harmless, "KILL always goes to the process group"},
    {"startretries",   nullptr, harmless, "pauses between starts grow instead"},
    {"priority",       nullptr, harmless, "starts do not wait; write names into needs or after"},
    {"numprocs",       nullptr, honoured, "a directory for each"},
    {"numprocs_start", nullptr, honoured, "the number of the first"},
    {"process_name",   nullptr, honoured, "the name of the directory"},
    {"serverurl",      nullptr, harmless, "there is no server"},
    {"stdout_logfile_maxbytes", nullptr, harmless, "svlogd rotates"},
    {"stdout_logfile_backups",  nullptr, harmless, "svlogd rotates"},
    {"stderr_logfile_maxbytes", nullptr, harmless, "svlogd rotates"},
    {"stderr_logfile_backups",  nullptr, harmless, "svlogd rotates"},
    {"stdout_syslog",  nullptr, reported, "forward lines in the config of svlogd"},
    {"stderr_syslog",  nullptr, reported, "forward lines in the config of svlogd"},
    {"stdout_events_enabled", nullptr, reported, "read the log with svlog -f"},
    {"stderr_events_enabled", nullptr, reported, "read the log with svlog -f"},
    {"stdout_capture_maxbytes", nullptr, reported, "read the log with svlog -f"},
    {"stderr_capture_maxbytes", nullptr, reported, "read the log with svlog -f"},
};
// clang-format on

Reply reply_to(Program& program, const Assignment& assignment, const Variables& variables) {
  for (const Key& key : keys) {
    if (key.key != assignment.key) continue;
    std::string unknown;
    Reply reply{key.answer, {}};
    if (key.take != nullptr)
      reply = key.take(program, expanded(assignment.value, variables, unknown));
    if (reply.text.empty()) reply.text = key.text;
    if (!unknown.empty()) reply = {Answer::reported, unknown + " is not known before it runs"};
    return reply;
  }
  return {Answer::reported, "supervisord has no such key"};
}

void finish(Program& program) {
  Definition& definition = program.draft.definition;
  auto& files = definition.settings;
  if (!program.starts) files[layout::down];
  if (program.restarts == "unexpected") {
    files[layout::restart] = "on-failure";
    if (program.exits != "0") files[layout::success_exit] = program.exits;
  } else if (program.restarts == "never") {
    files[layout::restart] = "never";
  }
  if (program.stop_signal != "TERM") files[layout::down_signal] = program.stop_signal;
  files[layout::timeout_kill] = program.stop_wait;
  if (!program.stops_group) return;
  Command command;
  command.shell = "kill -" + program.stop_signal + " -- -\"$SVPID\"";
  definition.stop = {command};
}

class Reader {
 public:
  Reader(Foreign& foreign, const std::string& path) : foreign_(foreign), path_(path) {}

  void read(std::string_view text) {
    add(text, path_);
    // Groups name programs, which may come later.
    for (const bool groups : {false, true})
      for (const std::string& section : order_)
        if (section.starts_with("group:") == groups) read_section(section);
  }

 private:
  // Files that are included count as if they stood there.
  void add(std::string_view text, const std::string& path) {
    for (Assignment& one : assignments_of(text, path)) {
      if (one.section == "include" && one.key == "files") {
        include(one.value, path);
        continue;
      }
      if (sections_.count(one.section) == 0) order_.push_back(one.section);
      sections_[one.section].push_back(std::move(one));
    }
  }

  static std::string directory_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == path.npos ? "." : path.substr(0, slash);
  }

  void include(std::string_view patterns, const std::string& path) {
    std::string left;
    const std::string all = expanded(patterns, {{"here", directory_of(path)}}, left);
    for_each_word(all, [&](std::string_view one) {
      std::string pattern(one);
      if (pattern.front() != '/') pattern.insert(0, directory_of(path) + "/");
      glob_t found{};
      if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
        for (size_t at = 0; at < found.gl_pathc; ++at)
          add(read_text(found.gl_pathv[at]).value_or(""), found.gl_pathv[at]);
      globfree(&found);
    });
  }

  std::string value(const std::string& section, const char* key) const {
    std::string last;
    for (const Assignment& one : sections_.at(section))
      if (one.key == key) last = one.value;
    return last;
  }

  void read_section(const std::string& section) {
    if (section.starts_with("program:")) return read_program(section, section.substr(8));
    if (section.starts_with("group:")) return read_group(section, section.substr(6));
    if (section.starts_with("eventlistener:") || section.starts_with("fcgi-program:"))
      foreign_.problems.push_back({path_, "[" + section + "] has no counterpart here"});
  }

  void read_program(const std::string& section, const std::string& name) {
    const unsigned count = parse_number<unsigned>(value(section, "numprocs")).value_or(1);
    const unsigned first = parse_number<unsigned>(value(section, "numprocs_start")).value_or(0);
    for (unsigned at = 0; at < std::min(count, 1000U); ++at)
      read_process(section, name, std::to_string(first + at), count > 1);
  }

  void read_process(const std::string& section, const std::string& name, const std::string& number,
                    bool many) {
    Variables variables = {{"program_name", name},
                           {"group_name", name},
                           {"process_num", number},
                           {"here", directory_of(path_)},
                           {"host_node_name", foreign_.settings.machine.host_name}};
    std::string left;
    std::string own = expanded(value(section, "process_name"), variables, left);
    if (own.empty()) own = many ? name + "-" + number : name;
    std::replace(own.begin(), own.end(), '/', '-');
    processes_[name].insert(own);
    Program program{foreign_.add(own, path_)};
    for (const Assignment& one : sections_.at(section)) {
      const Reply reply = reply_to(program, one, variables);
      record(program.draft, one, reply.answer, reply.text);
    }
    finish(program);
  }

  void read_group(const std::string& section, const std::string& name) {
    std::string list = value(section, "programs");
    std::replace(list.begin(), list.end(), ',', ' ');
    Draft& draft = foreign_.add(name, path_);
    draft.definition.shape = Shape::group;
    auto& wants = draft.definition.relations["wants"];
    for_each_word(list, [&](std::string_view one) {
      const auto found = processes_.find(std::string(one));
      if (found != processes_.end()) wants.insert(found->second.begin(), found->second.end());
    });
    for (const Assignment& one : sections_.at(section))
      record(draft, one, Answer::honoured, "a group");
  }

  Foreign& foreign_;
  const std::string& path_;
  std::map<std::string, std::vector<Assignment>> sections_;
  std::vector<std::string> order_;
  std::map<std::string, std::set<std::string>> processes_;  // of each program
};

}  // namespace

void read_supervisord(Foreign& foreign, std::string_view text, const std::string& path) {
  Reader(foreign, path).read(text);
}

}  // namespace stoker::importer
