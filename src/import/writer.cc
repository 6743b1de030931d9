// SPDX-License-Identifier: ISC
#include "import/writer.hh"

#include <algorithm>

#include "import/command_text.hh"
#include "import/exec_line.hh"
#include "import/shell.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

std::vector<const Command*> pointers_to(const Commands& first, const Commands& second = {}) {
  std::vector<const Command*> all;
  for (const Command& command : first) all.push_back(&command);
  for (const Command& command : second) all.push_back(&command);
  return all;
}

class Writer {
 public:
  explicit Writer(const Definition& definition) : definition_(definition) {}

  std::vector<File> write() {
    write_programs();
    write_condition();
    write_scripts();
    write_values();
    write_logger();
    files_.insert(files_.end(), definition_.others.begin(), definition_.others.end());
    std::sort(files_.begin(), files_.end(),
              [](const File& one, const File& other) { return one.path < other.path; });
    return std::move(files_);
  }

 private:
  void add_script(const std::string& path, const std::string& body) {
    files_.push_back({path, "#!/bin/sh\n" + body, true});
  }
  // Of the scripts beside run. A sandbox may hide the service directory.
  std::string script_beginning() const {
    return std::string("exec 2>&1\n") + (definition_.process.jail.empty() ? "" : "cd /\n");
  }
  void add_value(const std::string& path, const std::string& value) {
    files_.push_back({path, value.empty() ? "" : value + "\n", false});
  }

  std::string head() const {
    std::string text;
    for (const std::string& line : definition_.comments) text += comment_lines(line);
    if (!definition_.notes.empty() && !text.empty()) text += "#\n";
    for (const std::string& line : definition_.notes) text += comment_lines(line);
    return text;
  }

  // What comes before the commands of a script that runs the service.
  // What a trigger runs has its standard error from run.
  std::string beginning(bool is_job) const {
    std::string text = definition_.merges_stderr && !is_job ? "exec 2>&1\n" : "";
    if (!is_job)
      for (const std::string& line : definition_.process.before_trigger) text += line + "\n";
    for (const std::string& line : definition_.process.prelude) text += line + "\n";
    if (!definition_.process.stays) text += "cd /\n";
    return text;
  }

  // What must run when the trigger fires is a script of its own, unless it is one command.
  bool needs_job() const {
    return !definition_.process.trigger.empty() &&
           (!definition_.before.empty() || definition_.main.size() > 1 ||
            (!definition_.main.empty() && definition_.main.back().may_fail));
  }

  std::string program_text(const ProcessSetup& process) const {
    if (definition_.before.empty() && definition_.main.empty()) return "exec true\n";
    return beginning(process.trigger.empty() && needs_job()) +
           text_of(CommandBlock{process, pointers_to(definition_.before, definition_.main)});
  }

  // One that is taken as it is.
  bool has_program() const {
    const auto& others = definition_.others;
    return std::any_of(others.begin(), others.end(), [](const File& file) {
      return file.path == layout::run || file.path == layout::start;
    });
  }

  void write_programs() {
    if (definition_.shape == Shape::group || has_program()) return;
    if (definition_.shape == Shape::oneshot) {
      add_script(layout::start, head() + program_text(definition_.process));
      if (!definition_.stop_oneshot.empty())
        add_script(layout::stop, script_beginning() + stop_text());
      return;
    }
    if (!needs_job()) return add_script(layout::run, head() + program_text(definition_.process));
    ProcessSetup job = definition_.process;
    job.trigger.clear();
    add_script("job", program_text(job));
    std::string text = head() + "exec 2>&1\n";
    for (const std::string& line : definition_.process.before_trigger) text += line + "\n";
    std::vector<std::string> words = {"exec"};
    for (const std::string& word : definition_.process.trigger) words.push_back(quoted(word));
    words.emplace_back("./job");
    add_script(layout::run, text + wrapped(words) + "\n");
  }

  std::string stop_text() const {
    return text_of(CommandBlock{definition_.process, pointers_to(definition_.stop_oneshot)});
  }

  void write_condition() {
    std::string text;
    for (const std::string& reason : definition_.refusals)
      text += "printf '%s\\n' " + quoted(reason) + " >&2\n";
    if (!text.empty()) {
      add_script(layout::condition,
                 "# It would have more rights than it should; see --allow in stoker-import(8).\n" +
                     text + "exit 255\n");
      return;
    }
    for (const std::string& line : definition_.conditions) text += line + "\n";
    if (!definition_.condition.empty() && !definition_.process.stays) text += "cd /\n";
    text += text_of(CommandBlock{definition_.process, pointers_to(definition_.condition)});
    if (!text.empty())
      add_script(layout::condition, "# 1: it is not needed here; 255: it has failed.\n" + text);
  }

  static bool any_uses(const Commands& commands, std::string_view name) {
    return std::any_of(commands.begin(), commands.end(),
                       [&](const Command& command) { return uses_variable(command, name); });
  }

  void add_command_script(const std::string& path, const Commands& commands) {
    if (commands.empty()) return;
    std::string text = script_beginning();
    if (any_uses(commands, "MAINPID") && needs_variables(commands))
      text += "export MAINPID=\"$SVPID\"\n";
    add_script(path, text + text_of(CommandBlock{definition_.process, pointers_to(commands)}));
  }

  bool needs_variables(const Commands& commands) const {
    return std::any_of(commands.begin(), commands.end(), [&](const Command& command) {
      const auto words = loader_words(definition_.process, command);
      return std::find(words.begin(), words.end(), "--expand") != words.end();
    });
  }

  void write_scripts() {
    add_command_script(layout::check, definition_.ready);
    add_command_script("after-start", definition_.started);
    add_command_script("control/l", definition_.reload);
    if (!definition_.stop.empty()) add_script("control/t", stop_script());
    if (!definition_.finish.empty()) add_script(layout::finish, finish_script());
  }

  std::string stop_script() const {
    std::string text = script_beginning();
    if (any_uses(definition_.stop, "MAINPID") && needs_variables(definition_.stop))
      text += "export MAINPID=\"$SVPID\"\n";
    text += text_of(CommandBlock{definition_.process, pointers_to(definition_.stop), false, true});
    return text + "# Then the signal follows.\nexit 1\n";
  }

  std::string finish_script() const {
    return script_beginning() +
           "SERVICE_RESULT=success EXIT_CODE=exited EXIT_STATUS=$1\n"
           "[ \"$1\" = 0 ] || SERVICE_RESULT=exit-code\n"
           "[ \"$2\" = 0 ] ||\n"
           "    { SERVICE_RESULT=signal EXIT_CODE=killed EXIT_STATUS=$(kill -l \"$2\"); }\n"
           "export SERVICE_RESULT EXIT_CODE EXIT_STATUS\n" +
           text_of(CommandBlock{definition_.process, pointers_to(definition_.finish), false, true});
  }

  void write_values() {
    for (const auto& [path, value] : definition_.settings) add_value(path, value);
    for (const auto& [path, names] : definition_.relations) {
      std::string text;
      for (const std::string& name : names) text += name + "\n";
      files_.push_back({path, text, false});
    }
    std::string lines;
    for (const std::string& line : definition_.listen) lines += line + "\n";
    if (!lines.empty()) files_.push_back({layout::listen, lines, false});
    for (const auto& [path, value] : definition_.cgroup) add_value("cgroup/" + path, value);
    if (definition_.has_cgroup && definition_.cgroup.empty())
      files_.push_back({"cgroup/", "", true});
  }

  void write_logger() {
    if (definition_.log_directory.empty() || definition_.shape == Shape::group) return;
    add_script("log/run", "exec svlogd -tt " + quoted(definition_.log_directory) + "\n");
  }

  const Definition& definition_;
  std::vector<File> files_;
};

}  // namespace

std::vector<File> files_of(const Definition& definition) { return Writer(definition).write(); }

}  // namespace stoker::importer
