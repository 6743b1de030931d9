// SPDX-License-Identifier: ISC
#include "import/exec_line.hh"

#include <algorithm>

#include "base/parse.hh"
#include "import/unit_words.hh"

namespace stoker::importer {

namespace {

// Cuts the prefixes off the first word; `names`: the next word is argument 0.
Command take_prefixes(std::string& word, bool& names) {
  Command command;
  command.expands = true;
  size_t at = 0;
  for (; at < word.size(); ++at) {
    const char byte = word[at];
    if (byte == '-')
      command.may_fail = true;
    else if (byte == '@')
      names = true;
    else if (byte == ':')
      command.expands = false;
    else if (byte == '+')
      command.as_root = command.unconfined = true;
    else if (byte == '!')
      command.as_root = true;
    else
      break;
  }
  word.erase(0, at);
  return command;
}

// Without variables, `$$` is the only thing that is left to replace.
void settle_dollars(Command& command) {
  if (!command.expands) return;
  command.expands = uses_variables(command);
  if (command.expands) return;
  for (std::string& word : command.words)
    for (size_t at = word.find("$$"); at != word.npos; at = word.find("$$", at + 1))
      word.erase(at, 1);
}

class Reader {
 public:
  Reader(std::string_view value, const SpecifierSource& source) : words_(value), source_(source) {}

  ExecLine read() {
    while (read_command()) {
    }
    if (!words_.good()) result_.fault = "it has an open quote or an unknown escape";
    return std::move(result_);
  }

 private:
  std::string expanded(const std::string& word) {
    return expand_specifiers(word, source_, result_.left);
  }

  bool read_command() {
    std::string word;
    if (!words_.next(word)) return false;
    bool names = false;
    Command command = take_prefixes(word, names);
    if (word.empty() && !words_.next(word)) return refuse("there is no program");
    command.words.push_back(expanded(word));
    while (words_.next(word)) {
      if (word == ";") break;
      const std::string argument = word == "\\;" ? ";" : expanded(word);
      if (names && command.words.size() == 1 && command.name.empty())
        command.name = argument;
      else
        command.words.push_back(argument);
    }
    if (names && command.name.empty()) return refuse("there is no argument 0 behind “@”");
    settle_dollars(command);
    result_.commands.push_back(command);
    return words_.good();
  }

  bool refuse(const char* why) {
    result_.fault = why;
    return false;
  }

  WordReader words_;
  const SpecifierSource& source_;
  ExecLine result_;
};

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         (byte >= '0' && byte <= '9');
}

// The name of the variable whose `$` is at `at`; empty if it is none.
std::string_view variable_at(std::string_view word, size_t at) {
  const bool braced = at + 1 < word.size() && word[at + 1] == '{';
  const size_t start = at + (braced ? 2 : 1);
  size_t end = start;
  while (end < word.size() && is_name_byte(word[end])) ++end;
  if (braced && (end == word.size() || word[end] != '}')) return {};
  // Without braces, only a whole word is a variable.
  if (!braced && (at != 0 || end != word.size())) return {};
  return word.substr(start, end - start);
}

template <typename Found>
bool any_variable(const Command& command, Found found) {
  for (const std::string& word : command.words)
    for (size_t at = word.find('$'); at != word.npos; at = word.find('$', at + 1)) {
      if (at + 1 < word.size() && word[at + 1] == '$') {
        ++at;
        continue;
      }
      const std::string_view name = variable_at(word, at);
      if (!name.empty() && found(name)) return true;
    }
  return false;
}

bool is_main_pid(std::string_view word) { return word == "$MAINPID" || word == "${MAINPID}"; }

}  // namespace

ExecLine parse_exec_line(std::string_view value, const SpecifierSource& source) {
  // An escaped semicolon is no escape of C.
  std::string text(value);
  for (size_t at = text.find("\\;"); at != text.npos; at = text.find("\\;", at + 3))
    text.insert(at, "\\");
  return Reader(text, source).read();
}

bool uses_variables(const Command& command) {
  return any_variable(command, [](std::string_view) { return true; });
}

bool uses_variable(const Command& command, std::string_view name) {
  return any_variable(command, [&](std::string_view found) { return found == name; });
}

std::string signal_of_kill(const Command& command) {
  const auto& words = command.words;
  if (words.empty() || base_name(words[0]) != "kill" || !command.name.empty()) return {};
  if (words.size() < 2 || !is_main_pid(words.back())) return {};
  std::string signal = "TERM";
  if (words.size() == 3 && words[1].size() > 1 && words[1][0] == '-')
    signal = words[1].substr(1);
  else if (words.size() == 4 && words[1] == "-s")
    signal = words[2];
  else if (words.size() != 2)
    return {};
  if (signal.starts_with("-signal=")) signal = signal.substr(8);
  const auto number = parse_signal(signal);
  return number ? std::string(signal_name(*number)) : std::string();
}

}  // namespace stoker::importer
