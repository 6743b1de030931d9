// SPDX-License-Identifier: ISC
// Init scripts with a header of the Linux Standard Base. What they start is supervised if they
// name its PID file; otherwise they are run to start and to stop.
#include <algorithm>
#include <map>

#include "base/parse.hh"
#include "import/foreign.hh"
#include "import/lines.hh"
#include "import/shell.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

// The value of NAME=value without its quotes; empty if it is no such line.
std::string_view assigned(std::string_view line, std::string& name) {
  const size_t sign = line.find('=');
  name = line.substr(0, sign == line.npos ? 0 : sign);
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_' ||
           (byte >= '0' && byte <= '9');
  });
  if (!plain) return {};
  std::string_view value = line.substr(sign + 1);
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'')) {
    value = value.substr(1, value.find(value.front(), 1) - 1);
  } else {
    value = value.substr(0, value.find_first_of(" \t;#"));
  }
  return value;
}

class Reader {
 public:
  Reader(Foreign& foreign, const std::string& path)
      : path_(path), draft_(foreign.add(std::string(base_name(path)), path)) {}

  void read(std::string_view text) {
    for_each_line(text,
                  [this](std::string_view line, unsigned number) { read_line(line, number); });
    finish();
  }

 private:
  void read_line(std::string_view line, unsigned number) {
    if (line.starts_with("### BEGIN INIT INFO")) in_header_ = true;
    if (line.starts_with("### END INIT INFO")) in_header_ = false;
    if (in_header_) return read_header(line, number);
    std::string name;
    const std::string_view value = assigned(line, name);
    if (!value.empty()) variables_[name] = with_variables(value);
    const std::string_view verb = trim(line);
    if (verb.starts_with("reload)") || verb.starts_with("reload|") ||
        verb.find("|reload)") != verb.npos)
      reloads_ = true;
  }

  std::string with_variables(std::string_view value) const {
    std::string result(value);
    for (const auto& [name, text] : variables_)
      for (const std::string& use : {"${" + name + "}", "$" + name})
        for (size_t at = result.find(use); at != result.npos;
             at = result.find(use, at + text.size()))
          result.replace(at, use.size(), text);
    return result;
  }

  void read_header(std::string_view line, unsigned number) {
    const size_t colon = line.find(':');
    if (!line.starts_with("# ") || colon == line.npos) return;
    const Assignment given{"LSB",
                           std::string(trim(line.substr(2, colon - 2))),
                           std::string(trim(line.substr(colon + 1))),
                           {path_, number}};
    take_header(given);
  }

  void take_header(const Assignment& given) {
    const std::string& key = given.key;
    if (key == "Short-Description") {
      draft_.definition.comments.push_back(given.value);
      record(draft_, given, Answer::honoured, "a comment");
    } else if (key == "Required-Start" || key == "Should-Start") {
      relate_to(given, "After", key == "Required-Start");
    } else if (key == "X-Start-Before") {
      relate_to(given, "Before", false);
    } else if (key == "Default-Start") {
      starts_ = !given.value.empty();
      record(draft_, given, Answer::honoured, "down, if there is none");
    } else if (key == "Provides") {
      record(draft_, given, Answer::harmless, "the name is that of the script");
    } else {
      record(draft_, given, Answer::harmless, "services stop in reverse order");
    }
  }

  // As systemd does: what is required is wanted, but need not succeed.
  void relate_to(const Assignment& given, const char* order, bool wanted) {
    record(draft_, given, given.value.empty() ? Answer::harmless : Answer::honoured,
           "nothing to wait for");
    for_each_word(given.value, [&](std::string_view one) {
      if (one.starts_with("+")) one.remove_prefix(1);
      relate(draft_, order, unit_of(one), given.place);
      if (wanted && one.front() != '$') relate(draft_, "Wants", unit_of(one), given.place);
    });
  }

  Command verb(const char* word) const {
    Command command;
    command.words = {path_, word};
    return command;
  }

  std::string pid_file() const {
    for (const char* const name : {"PIDFILE", "PID_FILE", "pidfile", "PID"}) {
      const auto found = variables_.find(name);
      if (found != variables_.end() && found->second.starts_with("/") &&
          found->second.find_first_of("$`(") == std::string::npos)
        return found->second;
    }
    return {};
  }

  void finish() {
    Definition& definition = draft_.definition;
    definition.main = {verb("start")};
    if (!starts_) definition.settings[layout::down];
    definition.settings[layout::timeout_start] = "5min";
    const std::string file = pid_file();
    if (file.empty()) {
      definition.shape = Shape::oneshot;
      definition.stop_oneshot = {verb("stop")};
      definition.settings[layout::timeout_finish] = "5min";
      return;
    }
    definition.settings[layout::pid_file] = file;
    definition.settings[layout::restart] = "on-failure";
    definition.settings[layout::timeout_kill] = "90s";
    definition.stop = {verb("stop")};
    definition.settings[layout::timeout_control] = "90s";
    if (reloads_) definition.reload = {verb("reload")};
  }

  const std::string& path_;
  Draft& draft_;
  std::map<std::string, std::string> variables_;
  bool in_header_ = false, reloads_ = false, starts_ = true;
};

}  // namespace

void read_init_script(Foreign& foreign, std::string_view text, const std::string& path) {
  Reader(foreign, path).read(text);
}

}  // namespace stoker::importer
