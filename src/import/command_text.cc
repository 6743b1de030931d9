// SPDX-License-Identifier: ISC
#include "import/command_text.hh"

#include <algorithm>

#include "base/parse.hh"
#include "import/exec_line.hh"
#include "import/shell.hh"

namespace stoker::importer {

namespace {

// What a command without the user lacks, and one outside the sandbox besides.
constexpr std::string_view of_user[] = {"-u", "--init-groups", "--dynamic-user",
                                        "--ambient-capabilities"};
constexpr std::string_view of_sandbox[] = {"--no-new-privileges", "--capability-bounding-set",
                                           "--securebits"};

template <size_t N>
bool is_among(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

void add_option(std::vector<std::string>& words, const ChainOption& option) {
  if (option.joined) {
    words.push_back(option.name + "=" + quoted(option.value));
    return;
  }
  words.push_back(option.name);
  if (!option.value.empty())
    words.back() += " " + (option.in_shell ? option.value : quoted(option.value));
}

void add_loader(std::vector<std::string>& words, const char* program, const ChainOptions& options) {
  if (options.empty()) return;
  words.push_back(words.empty() ? program : line_start + std::string(program));
  for (const ChainOption& option : options.all()) add_option(words, option);
}

bool is_lenient(std::string_view name) {
  return name == "--limit" || name == "--nice" || name == "--io-priority" ||
         name == "--oom-score-adjust" || name.starts_with("--cpu-");
}

struct OwnDirectory {
  std::string_view option, variable, root;
};
constexpr OwnDirectory own_directories[] = {
    {"--runtime-directory", "RUNTIME_DIRECTORY", "/run/"},
    {"--state-directory", "STATE_DIRECTORY", "/var/lib/"},
    {"--cache-directory", "CACHE_DIRECTORY", "/var/cache/"},
    {"--logs-directory", "LOGS_DIRECTORY", "/var/log/"},
    {"--configuration-directory", "CONFIGURATION_DIRECTORY", "/etc/"},
};

bool is_own_directory(std::string_view option) {
  return std::any_of(std::begin(own_directories), std::end(own_directories),
                     [&](const OwnDirectory& one) { return one.option == option; });
}

// Sets what the option would set, and adds to what another one has set.
void add_variable(ChainOptions& chosen, const ChainOption& option) {
  for (const OwnDirectory& one : own_directories) {
    if (one.option != option.name) continue;
    const std::string path = std::string(one.root) + option.value.substr(0, option.value.find(':'));
    chosen.add({"--set", std::string(one.variable) + "=" + path});
  }
}

ChainOptions chpst_options(const ProcessSetup& process, const Command& command, bool expands) {
  ChainOptions chosen;
  const auto& all = process.chpst.all();
  if (std::any_of(all.begin(), all.end(), [](const auto& one) { return is_lenient(one.name); }))
    chosen.add({"--try", {}});
  const bool other_user = process.chpst.has("-u") || process.chpst.has("--dynamic-user");
  for (const ChainOption& option : all) {
    // The directories belong to the user.
    if (command.as_root && other_user && is_own_directory(option.name)) {
      add_variable(chosen, option);
      continue;
    }
    if (command.as_root && is_among(option.name, of_user)) continue;
    if (command.unconfined && is_among(option.name, of_sandbox)) continue;
    chosen.add(option);
  }
  if (!command.name.empty()) chosen.set({"-b", command.name});
  if (expands) chosen.add({"--expand", {}});
  return chosen;
}

ChainOptions with_try(const ChainOptions& options) {
  ChainOptions result;
  if (!options.empty()) result.add({"--try", {}});
  for (const ChainOption& option : options.all()) result.add(option);
  return result;
}

// --- Words with variables that the script knows -------------------------------

struct Known {
  std::string_view name, in_shell;
};
constexpr Known known_variables[] = {{"MAINPID", "SVPID"},
                                     {"SERVICE_RESULT", "SERVICE_RESULT"},
                                     {"EXIT_CODE", "EXIT_CODE"},
                                     {"EXIT_STATUS", "EXIT_STATUS"}};

bool knows_all_variables(const Command& command) {
  Command rest = command;
  for (std::string& word : rest.words)
    for (const Known& known : known_variables) {
      const std::string braced = "${" + std::string(known.name) + "}";
      if (word == "$" + std::string(known.name)) word.clear();
      for (size_t at = word.find(braced); at != word.npos; at = word.find(braced))
        word.erase(at, braced.size());
    }
  return !uses_variables(rest);
}

// In double quotes, with the names of the shell.
std::string with_shell_variables(std::string_view word) {
  for (const Known& known : known_variables)
    if (word == "$" + std::string(known.name)) return "\"$" + std::string(known.in_shell) + "\"";
  std::string result = "\"";
  for (size_t at = 0; at < word.size(); ++at) {
    const std::string_view rest = word.substr(at);
    const Known* found = nullptr;
    for (const Known& known : known_variables)
      if (rest.starts_with("${" + std::string(known.name) + "}")) found = &known;
    if (found != nullptr) {
      result += "${" + std::string(found->in_shell) + "}";
      at += found->name.size() + 2;
      continue;
    }
    if (rest.starts_with("$$")) ++at;
    if (std::string_view("$`\\\"").find(word[at]) != std::string_view::npos) result += '\\';
    result += word[at];
  }
  return result + "\"";
}

bool needs_expansion(const Command& command) {
  return command.expands && !knows_all_variables(command);
}

std::string word_text(const Command& command, const std::string& word) {
  const bool in_shell = command.expands && !needs_expansion(command) && word.find('$') != word.npos;
  return in_shell ? with_shell_variables(word) : quoted(word);
}

bool is_kill(const Command& command) { return !signal_of_kill(command).empty(); }

std::string ending_of(const CommandLine& line) {
  if (line.command.may_fail) return " || :";
  return line.last || line.goes_on ? "" : " || exit";
}

bool has_dollar(const Command& command) {
  return std::any_of(command.words.begin(), command.words.end(),
                     [](const std::string& word) { return word.find('$') != std::string::npos; });
}

// Are these the loaders of the command, too? It does not mind an expansion of nothing.
bool fits(const std::vector<std::string>& shared, const ProcessSetup& process,
          const Command& command) {
  const auto own = loader_words(process, command);
  if (own == shared) return true;
  std::vector<std::string> others = shared;
  std::erase(others, "--expand");
  return own == others && !has_dollar(command);
}

bool needs_block_loaders(const std::vector<std::string>& words, const CommandBlock& block) {
  size_t users = 0;
  for (const Command* const command : block.commands)
    users += command->shell.empty() && fits(words, block.process, *command) ? 1U : 0U;
  return users > 1 && words.size() > 2;
}

}  // namespace

std::vector<std::string> loader_words(const ProcessSetup& process, const Command& command) {
  std::vector<std::string> words;
  if (is_kill(command)) return words;
  add_loader(words, "chpst", with_try(process.early));
  if (!command.unconfined) add_loader(words, "jail", with_try(process.jail));
  if (!command.unconfined) add_loader(words, "jail", with_try(process.users));
  add_loader(words, "chpst", chpst_options(process, command, needs_expansion(command)));
  if (!command.unconfined) add_loader(words, "jail", with_try(process.filter));
  return words;
}

std::string text_of(const CommandLine& line) {
  const Command& command = line.command;
  if (!command.shell.empty()) return command.shell + ending_of(line) + "\n";
  const bool replaces = line.last && !command.may_fail;
  std::vector<std::string> words;
  if (replaces) words.emplace_back("exec");
  if (replaces)
    for (const std::string& word : line.process.trigger) words.push_back(quoted(word));
  const auto loaders = loader_words(line.process, command);
  const size_t first = words.size();
  const bool triggered = first > 1;
  if (!line.shared.empty() && fits(line.shared, line.process, command))
    words.emplace_back("\"$@\"");
  else
    words.insert(words.end(), loaders.begin(), loaders.end());
  const size_t program = words.size();
  if (is_kill(command)) {
    words.insert(words.end(), {"kill", "-" + signal_of_kill(command), "\"$SVPID\""});
  } else {
    for (const std::string& word : command.words) words.push_back(word_text(command, word));
  }
  // The loaders and the program, each on lines of its own.
  if (program > 1) words[program].insert(0, 1, line_start);
  if (triggered && program > first) words[first].insert(0, 1, line_start);
  if (replaces)
    for (const std::string& word : line.process.redirections) words.push_back(word);
  return wrapped(words) + ending_of(line) + "\n";
}

std::string text_of(const CommandBlock& block) {
  std::string text;
  std::vector<std::string> shared;
  if (!block.commands.empty()) {
    shared = loader_words(block.process, *block.commands.back());
    if (!needs_block_loaders(shared, block)) shared.clear();
  }
  if (!shared.empty()) {
    std::vector<std::string> words = {"set", "--"};
    words.insert(words.end(), shared.begin(), shared.end());
    text += wrapped(words) + "\n";
  }
  for (const Command* const command : block.commands) {
    const bool last = block.ends_script && command == block.commands.back();
    text += text_of(CommandLine{block.process, *command, last, block.goes_on, shared});
  }
  return text;
}

}  // namespace stoker::importer
