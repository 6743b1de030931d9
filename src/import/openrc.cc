// SPDX-License-Identifier: ISC
// Scripts of OpenRC that only declare: command=, command_args= and so on, and depend(). See
// openrc-run(8).
#include <algorithm>
#include <map>

#include "base/parse.hh"
#include "import/foreign.hh"
#include "import/lines.hh"
#include "import/shell.hh"
#include "import/unit_words.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

class Reader {
 public:
  Reader(Foreign& foreign, const std::string& path)
      : foreign_(foreign), path_(path), name_(base_name(path)), draft_(foreign.add(name_, path)) {}

  void read(std::string_view text) {
    variables_["RC_SVCNAME"] = {name_, 0};
    variables_["SVCNAME"] = {name_, 0};
    for_each_line(text,
                  [this](std::string_view line, unsigned number) { read_line(line, number); });
    finish();
  }

 private:
  struct Value {
    std::string text;
    unsigned line = 0;
  };

  void read_line(std::string_view line, unsigned number) {
    std::string_view rest = trim(line);
    if (rest.empty() || rest.front() == '#') return;
    if (rest.front() == '}') return function_.clear();
    if (!function_.empty()) return read_in_function(rest, number);
    if (const size_t parenthesis = rest.find("()"); parenthesis != rest.npos) {
      function_ = trim(rest.substr(0, parenthesis));
      if (function_ != "depend")
        record(draft_, {"OpenRC", function_, "()", {path_, number}}, Answer::reported,
               "write its commands into run, before the program");
      if (rest.back() == '}') function_.clear();
      return;
    }
    read_assignment(rest, number);
  }

  void read_assignment(std::string_view line, unsigned number) {
    const size_t sign = line.find('=');
    if (sign == line.npos) return;
    const auto words = split_words(line.substr(sign + 1));
    if (!words || words->size() != 1) return;
    variables_[std::string(line.substr(0, sign))] = {expanded(words->front()), number};
  }

  // Defaults such as ${X:-y} count, as there is no conf.d yet.
  std::string expanded(std::string text) const {
    for (size_t at = text.find("${"); at != text.npos; at = text.find("${", at)) {
      const size_t end = text.find('}', at);
      if (end == text.npos) break;
      const std::string inside = text.substr(at + 2, end - at - 2);
      const size_t colon = inside.find_first_of(":-");
      const auto found = variables_.find(inside.substr(0, colon));
      std::string value = found == variables_.end() ? "" : found->second.text;
      if (value.empty() && colon != inside.npos)
        value = inside.substr(inside.find_first_not_of(":-=", colon));
      text.replace(at, end - at + 1, value);
      at += value.size();
    }
    for (const auto& [name, value] : variables_)
      for (size_t at = text.find("$" + name); at != text.npos; at = text.find("$" + name, at))
        text.replace(at, name.size() + 1, value.text);
    return text;
  }

  void read_in_function(std::string_view line, unsigned number) {
    if (function_ != "depend") return;
    const std::string word(next_word(line));
    Assignment given{"OpenRC", word, std::string(trim(line)), {path_, number}};
    record(draft_, given, Answer::harmless, "it is not asked for here");
    if (word != "need" && word != "use" && word != "want" && word != "after" && word != "before")
      return;
    for_each_word(line, [&](std::string_view one) {
      relate(draft_, word == "before" ? "Before" : "After", unit_of(one), given.place);
      if (word == "need") relate(draft_, "Requires", unit_of(one), given.place);
      if (word == "want") relate(draft_, "Wants", unit_of(one), given.place);
    });
  }

  std::string value(const char* name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? "" : found->second.text;
  }

  void take(const char* name, Answer answer, const char* text) {
    const auto found = variables_.find(name);
    if (found == variables_.end() || found->second.line == 0) return;
    record(draft_, {"OpenRC", name, found->second.text, {path_, found->second.line}}, answer, text);
  }

  void set_option(const char* name, const char* option) {
    take(name, Answer::honoured, option);
    const std::string text = value(name);
    if (!text.empty()) draft_.definition.process.chpst.set({option, text});
  }

  void finish() {
    if (value("command").empty()) {
      foreign_.problems.push_back({path_, "it has no command=; write a run script by hand"});
      draft_.definition.refusals.push_back(path_ + " has no command=");
      return;
    }
    set_command();
    set_option("command_user", "-u");
    if (!value("command_user").empty() && !has_group()) add_init_groups();
    set_option("directory", "--chdir");
    set_option("chroot", "-/");
    set_option("umask", "--umask");
    set_option("output_log", "--stdout");
    set_option("error_log", "--stderr");
    draft_.definition.process.stays = !value("directory").empty();
    set_life();
  }

  bool has_group() const { return value("command_user").find(':') != std::string::npos; }
  void add_init_groups() { draft_.definition.process.chpst.set({"--init-groups", {}}); }

  void set_command() {
    Definition& definition = draft_.definition;
    if (!value("description").empty()) definition.comments.push_back(value("description"));
    take("description", Answer::honoured, "a comment");
    take("name", Answer::harmless, "the name is that of the script");
    Command command;
    command.words = {value("command")};
    for (const char* const name : {"command_args", "command_args_foreground"}) {
      if (std::string_view(name) == "command_args_foreground" && !is_foreground()) continue;
      if (const auto words = split_words(value(name)))
        command.words.insert(command.words.end(), words->begin(), words->end());
      take(name, Answer::honoured, "run");
    }
    take("command", Answer::honoured, "run");
    definition.main = {command};
  }

  bool is_foreground() const {
    return value("supervisor") == "supervise-daemon" ||
           parse_switch(value("command_background")).value_or(false);
  }

  void set_life() {
    auto& files = draft_.definition.settings;
    take("supervisor", Answer::honoured, "the supervisor");
    take("command_background", Answer::honoured, "it stays in the foreground");
    take("start_stop_daemon_args", Answer::reported, "write them as options of chpst");
    take("supervise_daemon_args", Answer::reported, "write them as options of chpst");
    take("required_files", Answer::reported, "write a test into condition");
    take("required_dirs", Answer::reported, "write a test into condition");
    files[layout::timeout_kill] = "90s";
    const std::string pid = value("pidfile");
    take("pidfile", is_foreground() ? Answer::harmless : Answer::honoured,
         is_foreground() ? "the process that is started is the service" : "pid-file");
    if (is_foreground()) return;
    if (pid.empty())
      files[layout::guess_main];
    else
      files[layout::pid_file] = pid;
  }

  Foreign& foreign_;
  const std::string& path_;
  std::string name_;
  Draft& draft_;
  std::map<std::string, Value> variables_;
  std::string function_;  // in whose body it is
};

}  // namespace

void read_openrc(Foreign& foreign, std::string_view text, const std::string& path) {
  Reader(foreign, path).read(text);
}

}  // namespace stoker::importer
