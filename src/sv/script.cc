// SPDX-License-Identifier: ISC
#include "sv/script.hh"

#include <algorithm>
#include <optional>
#include <span>

#include "base/parse.hh"
#include "sv/shell.hh"

namespace stoker {

namespace {

using Words = std::span<const std::string_view>;

template <size_t n>
bool is_in(const std::string_view (&list)[n], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool is_certain(std::string_view word) {
  return word.find_first_of("$`*?[\\") == std::string_view::npos;
}

std::string_view unquoted(std::string_view word) {
  const bool quoted = word.size() > 1 && (word.front() == '"' || word.front() == '\'') &&
                      word.front() == word.back();
  return quoted ? std::string_view(word.data() + 1, word.size() - 2) : word;
}

// --- Programs that run another one ------------------------------------------

struct Loader {
  std::string_view name;
  std::string_view letters;  // of options with a value
  size_t words;              // before the program
  std::string_view users;    // letters whose value is a user; `.`: the first of the words is one
  bool stays = false;        // may wait for what the program leaves in the background
};
constexpr Loader loaders[] = {
    {"exec", "", 0, ""},
    {"chpst", "uUbe/CnlLmdopfcrt", 0, "uU"},
    {"softlimit", "acdflmoprst", 0, ""},
    {"setuidgid", "", 1, "."},
    {"envuidgid", "", 1, "."},
    {"s6-setuidgid", "", 1, "."},
    {"s6-envuidgid", "", 1, "."},
    {"envdir", "", 1, ""},
    {"s6-envdir", "", 1, ""},
    {"setlock", "", 1, ""},
    {"setuser", "", 1, "."},
    {"envini", "p", 1, ""},
    {"jail", "", 0, "", true},
    {"timer", "", 0, "", true},
    {"pgrphack", "", 0, ""},
    {"fghack", "", 0, "", true},
    {"env", "uCS", 0, ""},
    {"nohup", "", 0, ""},
    {"nice", "n", 0, ""},
    {"ionice", "cn", 0, ""},
};
// Of all loaders, the options without a value, or with one only behind `=`.
constexpr std::string_view long_flags[] = {
    // chpst
    "--clear-environment", "--init-groups", "--no-new-privileges", "--cpu-scheduling-reset-on-fork",
    // jail
    "--explain", "--keep-capabilities", "--private-devices", "--private-ipc", "--private-network",
    "--private-pids", "--private-tmp", "--protect-control-groups", "--protect-home",
    "--protect-kernel-tunables", "--protect-system", "--try",
    // env, ionice
    "--ignore-environment", "--debug", "--ignore"};

const Loader* find_loader(std::string_view word) {
  const auto* const found = std::find_if(std::begin(loaders), std::end(loaders), [&](auto& one) {
    return one.name == base_name(unquoted(word));
  });
  return found == std::end(loaders) ? nullptr : found;
}

// Goes along the options of a loader, and reports users.
Words behind_options(Words words, const Loader& loader,
                     FunctionRef<void(std::string_view)> report) {
  while (!words.empty() && words.front().size() > 1 && words.front().front() == '-') {
    const std::string_view option = words.front();
    words = words.subspan(1);
    if (option == "--") break;
    if (has_prefix(option, "--")) {
      const bool has_value = option.find('=') == option.npos && !is_in(long_flags, option);
      if (has_value && !words.empty()) words = words.subspan(1);
      continue;
    }
    const size_t at = option.find_first_of(loader.letters, 1);
    if (at == std::string_view::npos) continue;
    std::string_view value(option.data() + at + 1, option.size() - at - 1);
    if (value.empty() && !words.empty()) {
      value = words.front();
      words = words.subspan(1);
    }
    if (loader.users.find(option[at]) != std::string_view::npos) report(value);
  }
  return words;
}

// Those of env.
Words behind_assignments(Words words) {
  while (!words.empty() && words.front().find('=') != std::string_view::npos)
    words = words.subspan(1);
  return words;
}

// The words from the program on that is executed in the end; none behind a loader that stays,
// unless asked for.
Words program_of(Words words, FunctionRef<void(std::string_view)> report, bool through_all) {
  while (!words.empty()) {
    const Loader* const loader = find_loader(words.front());
    if (loader == nullptr) return words;
    if (loader->stays && !through_all) return {};
    words = behind_options(words.subspan(1), *loader, report);
    if (loader->users == "." && !words.empty()) report(words.front());
    words = words.subspan(std::min(loader->words, words.size()));
    if (loader->name == "env") words = behind_assignments(words);
  }
  return words;
}

// What must not go into the background.
Words service_of(Words words) {
  return program_of(
      words, [](std::string_view) {}, false);
}

// --- Daemons ----------------------------------------------------------------

// Those that put themselves into the background unless one of the options is there.
struct Daemon {
  std::string_view name;
  std::string_view letters;  // the first is recommended
  std::string_view word;     // a long option with the same meaning
};
constexpr Daemon daemons[] = {
    {"sshd", "Ddt", ""},
    {"cron", "f", ""},
    {"crond", "fnd", "--foreground"},
    {"rsyslogd", "n", ""},
    {"acpid", "fd", "--foreground"},
    {"atd", "fd", ""},
    {"chronyd", "ndqQ", ""},
    {"ntpd", "ndq", "--nofork"},
    {"dropbear", "F", ""},
    {"dhcpcd", "Bd", "--nobackground"},
    {"smbd", "Fi", "--foreground"},
    {"nmbd", "Fi", "--foreground"},
    {"proftpd", "n", "--nodaemon"},
    {"dnsmasq", "kd", "--keep-in-foreground"},
    {"lighttpd", "Dtt", ""},
};
constexpr std::string_view leaving[] = {"--daemon", "--daemonize", "--background"};
constexpr std::string_view no[] = {"no", "off", "false", "0"};

bool has_option(Words words, const Daemon& daemon) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    word = unquoted(word);
    if (word == daemon.word && !word.empty()) return true;
    return word.size() > 1 && word[0] == '-' && word[1] != '-' &&
           word.find_first_of(daemon.letters, 1) != std::string_view::npos;
  });
}

Text<160> fault_of_daemon(Words words) {
  if (words.empty()) return {};
  const std::string_view name = base_name(unquoted(words.front()));
  for (size_t at = 1; at < words.size(); ++at)
    if (is_in(leaving, words[at]) && (at + 1 == words.size() || !is_in(no, words[at + 1])))
      return Text<160>(" goes into the background: ", name, " has ", words[at]);
  if (!std::all_of(words.begin(), words.end(), is_certain)) return {};
  for (const Daemon& daemon : daemons)
    if (daemon.name == name && !has_option(words.subspan(1), daemon))
      return Text<160>(" goes into the background: ", name, " needs -", daemon.letters.front());
  return {};
}

// --- How a script ends ------------------------------------------------------

// With these it ends, or goes on in a way that is not seen.
constexpr std::string_view ends[] = {"fi", "done",   "esac", "}",    "wait", "exit",  "return",
                                     ".",  "source", "eval", "true", ":",    "false", "trap"};

bool executes(const ShellCommand& command) {
  return command.count > 1 && command.room[0] == "exec";
}

}  // namespace

Interpreter interpreter_of(std::string_view script) {
  if (!has_prefix(script, "#!")) return {};
  std::string_view line(script.data() + 2, std::min(script.find('\n'), script.size()) - 2);
  const std::string_view path = next_word(line);
  if (base_name(path) != "env") return {path, {}};
  std::string_view program = next_word(line);
  // What follows -S is split into words, and may set variables first.
  if (program == "-S") {
    do program = next_word(line);
    while (program.find('=') != program.npos);
  }
  const bool plain = !program.empty() && program.find_first_of("-\\\"'$=") != 0 &&
                     program.find('=') == program.npos;
  return {path, plain ? program : std::string_view()};
}

bool is_shell(const Interpreter& interpreter) {
  constexpr std::string_view shells[] = {"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"};
  return is_in(shells,
               base_name(interpreter.program.empty() ? interpreter.path : interpreter.program));
}

bool has_cr_lf(std::string_view script) { return script.find("\r\n") != std::string_view::npos; }

Text<160> fault_of_run(std::string_view shell_script) {
  ShellReader reader(shell_script);
  ShellCommand command, last;
  bool executed = false;
  Text<160> fault;
  while (reader.next(command)) {
    executed |= executes(command);
    if (executes(command)) fault = fault_of_daemon(service_of(command.words()));
    last = command;
  }
  if (!reader.is_sure() || last.count == 0) return {};
  if (last.end == '&') return Text<160>(" ends with &: the supervisor would lose the service");
  if (executed || !fault.empty()) return fault;
  fault = fault_of_daemon(service_of(last.words()));
  if (!fault.empty() || is_in(ends, last.room[0])) return fault;
  return Text<160>(" does not exec ", last.room[0],
                   ": put exec before it, or signals reach only the shell");
}

void find_users(std::string_view shell_script, FunctionRef<void(std::string_view)> report) {
  ShellReader reader(shell_script);
  ShellCommand command;
  const auto certain = [report](std::string_view user) {
    user = unquoted(user);
    if (is_certain(user) && !user.empty()) report(user);
  };
  while (reader.next(command)) program_of(command.words(), certain, true);
}

}  // namespace stoker
