// SPDX-License-Identifier: ISC
// sv complete: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/child.hh"
#include "base/directory.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/control.hh"
#include "service/control_group.hh"
#include "service/layout.hh"
#include "service/mask.hh"
#include "sv/completion.hh"
#include "sv/help.hh"
#include "sv/sibling.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

// Of a service that does not run now; others have what the kernel offers.
constexpr std::string_view usual_group_settings[] = {
    "cpu.max",     "cpu.weight", "cpuset.cpus",     "io.max",   "io.weight",
    "memory.high", "memory.max", "memory.swap.max", "pids.max",
};

class Completer {
 public:
  Completer(const Invocation& how, const Places& places, Printer& printer)
      : how_(how), places_(places), printer_(printer) {}

  void complete(const char* program, std::span<char*> words);

 private:
  void offer(std::string_view word, std::string_view meaning = {});
  void complete_sv(std::span<char*> words);
  void complete_other(const char* program, std::span<char*> words);
  bool complete_option(std::string_view help);
  void complete_value(const HelpOption& option);
  void complete_verb();
  void complete_name(WordKind kind, std::span<char* const> before);
  void complete_group_setting(const char* name);
  void complete_service_file(const char* name);
  void offer_services(const char* directory, WordKind kind, std::span<char* const> before);
  void offer_service(int directory, const char* name, WordKind kind);
  void offer_by_state(int directory, const char* name, WordKind kind);

  const Invocation& how_;
  const Places& places_;
  Printer& printer_;
  TypedLine line_;
  size_t offered_ = 0;
};

// One line each: shells split at the first tab.
void Completer::offer(std::string_view word, std::string_view meaning) {
  const auto is_control = [](char byte) { return byte >= 0 && byte < ' '; };
  if (!has_prefix(word, line_.word) || std::any_of(word.begin(), word.end(), is_control)) return;
  printer_.page.append(line_.beginning, word, "\t", meaning, "\n");
  printer_.make_room();
  ++offered_;
}

// --- Services ---------------------------------------------------------------

// Goes by the status alone: to ask each supervisor whether it runs takes three times as long.
void Completer::offer_by_state(int directory, const char* name, WordKind kind) {
  const PathText path = places_.states != nullptr
                            ? layout::state_directory(places_.states, name, name)
                            : PathText(name, "/", layout::state);
  const Fd place = open_search(directory, path.c_str());
  const auto status = place ? read_status(place.get()) : std::nullopt;
  const bool runs = status && status->main.pid != 0;
  if (runs != (kind == WordKind::running)) return;
  if (!status) return offer(name);
  offer(name, word(status->native ? status->main_status.state : state_of(status->main)));
}

bool is_group(int service) {
  if (is_name_taken(service, layout::run) || is_name_taken(service, layout::start)) return false;
  return is_name_taken(service, "needs") || is_name_taken(service, "wants");
}

bool is_link(int directory, const char* name) {
  struct stat facts {};
  return fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(facts.st_mode);
}

void Completer::offer_service(int directory, const char* name, WordKind kind) {
  if (kind == WordKind::service) return offer(name);
  if (kind == WordKind::masked) {
    const Fd service = open_search(directory, name);
    if (service && is_masked(service.get())) offer(name);
    return;
  }
  if (kind == WordKind::linked) {
    if (is_link(directory, name)) offer(name);
    return;
  }
  if (kind == WordKind::stopped || kind == WordKind::running)
    return offer_by_state(directory, name, kind);
  const Fd service = open_search(directory, name);
  if (!service) return;
  const bool fits =
      kind == WordKind::group ? is_group(service.get()) : is_name_taken(service.get(), layout::log);
  if (fits) offer(name);
}

// Those of the directory that begin with the word, but for those that have been named already.
void Completer::offer_services(const char* directory, WordKind kind,
                               std::span<char* const> before) {
  ServiceNames names;
  const Fd open = open_search(AT_FDCWD, directory);
  if (!open || !names.read(directory, ServiceNames::Dangling::skipped)) return;
  for (const char* const name : names.all()) {
    const auto is_same = [name](const char* other) { return std::string_view(other) == name; };
    if (has_prefix(name, line_.word) && std::none_of(before.begin(), before.end(), is_same))
      offer_service(open.get(), name, kind);
  }
}

// Definitions that have a link already are left out.
bool is_enabled(const Places& places, const char* name) {
  return is_name_taken(AT_FDCWD, PathText(places.services, "/", name).c_str());
}

void Completer::complete_group_setting(const char* name) {
  const Fd service = open_service(places_, name);
  const Fd state = service ? open_state(places_, name, service.get()) : Fd();
  Directory files(state ? state.get() : AT_FDCWD, state ? layout::group : "");
  while (const char* const file = files ? files.next() : nullptr) {
    struct stat facts {};
    if (is_group_setting(file) && fstatat(files.fd(), file, &facts, 0) == 0 &&
        (facts.st_mode & S_IWUSR) != 0)
      offer(file);
  }
  if (files) return;
  for (const std::string_view file : usual_group_settings) offer(file);
}

void Completer::complete_service_file(const char* name) {
  const Fd service = open_service(places_, name);
  if (!service) return;
  Directory files(service.get(), ".");
  while (const char* const file = files ? files.next() : nullptr) {
    const bool is_state = std::string_view(file) == layout::state;
    if (*file != '.' && !is_state) offer(file);
  }
}

void Completer::complete_name(WordKind kind, std::span<char* const> before) {
  if (kind == WordKind::other) return;
  if (kind == WordKind::group_setting) return complete_group_setting(before.front());
  if (kind == WordKind::service_file) return complete_service_file(before.front());
  if (kind == WordKind::awaited) {
    for (const std::string_view state : awaited_states) offer(state);
    return;
  }
  if (kind == WordKind::definition) {
    ServiceNames names;
    if (!names.read(definitions, ServiceNames::Dangling::skipped)) return;
    for (const char* const name : names.all())
      if (!is_enabled(places_, name)) offer(name);
    return;
  }
  offer_services(places_.services, kind, before);
  // A service can be isolated, too.
  if (kind == WordKind::group && offered_ == 0)
    offer_services(places_.services, WordKind::service, before);
}

// --- Options ----------------------------------------------------------------

void Completer::complete_value(const HelpOption& option) {
  if (option.value == "form" || option.value == "format")
    return for_each_choice(option.meaning, [this](std::string_view choice) { offer(choice); });
  if (!has_prefix(option.value, "signal")) return;
  constexpr int most_signals = 64;
  for (int number = 1; number <= most_signals; ++number)
    if (!signal_name(number).empty()) offer(signal_name(number));
}

// Is the word an option, or the value of one?
bool Completer::complete_option(std::string_view help) {
  if (!line_.option.empty()) {
    complete_value(find_option(help, line_.option));
    return true;
  }
  if (line_.only_names || !has_prefix(line_.word, "-")) return false;
  for_each_option(help, [this](const HelpOption& option) { offer(option.name, option.meaning); });
  return true;
}

// --- Programs ---------------------------------------------------------------

void Completer::complete_verb() {
  for (const Verb& verb : all_verbs())
    if (!verb.help.empty()) offer(verb.word, verb.help);
}

void Completer::complete_sv(std::span<char*> words) {
  line_ = read_typed(words, sv_help(false));
  const std::span<char* const> names = line_.names;
  const Verb* const verb = names.empty() ? nullptr : find_verb(names.front(), false);
  if (verb != nullptr && verb->job == VerbJob::log) {
    // All behind the command is svlog's.
    const auto is_command = [&](const char* word) {
      return std::string_view(word) == names.front();
    };
    const auto at = std::find_if(words.begin(), words.end() - 1, is_command);
    return complete_other("svlog", words.subspan(static_cast<size_t>(at - words.begin()) + 1));
  }
  if (complete_option(sv_help(false))) return;
  if (names.empty()) return complete_verb();
  if (verb != nullptr) complete_name(kind_of_word(*verb, names.size() - 1), names.subspan(1));
}

// What the program prints for --help; empty if it cannot be executed.
std::string_view help_of(const char* argv0, const char* program) {
  static constinit char buffer[16 * 1024];
  const PathText path = path_of_sibling(argv0, program);
  const char* const argv[] = {path.c_str(), "--help", nullptr};
  Pipe pipe = make_pipe();
  if (!pipe) return {};
  const Spawned spawned =
      spawn({.argv = argv, .environment = environ, .standard_output = pipe.write.get()});
  pipe.write.reset();
  const ssize_t got = read_all(pipe.read.get(), buffer);
  while (spawned.pid > 0 && waitpid(spawned.pid, nullptr, 0) < 0 && errno == EINTR) continue;
  return {buffer, got > 0 ? static_cast<size_t>(got) : 0};
}

void Completer::complete_other(const char* program, std::span<char*> words) {
  const std::string_view help = help_of(how_.argv0, program);
  line_ = read_typed(words, help);
  if (complete_option(help)) return;
  if (std::string_view(program) == "svlog") complete_name(WordKind::logged, line_.names);
}

void Completer::complete(const char* program, std::span<char*> words) {
  if (std::string_view(program) == "sv") return complete_sv(words);
  for (const char* const known : {"svlog", "svscan"})
    if (std::string_view(program) == known) return complete_other(program, words);
}

}  // namespace

int complete(const Invocation& how, const Places& places, std::span<char* const> words,
             Printer& printer) {
  if (words.size() < 2) die({"complete needs the name of a program, and words"}, exit_fatal);
  MappedArray<char*> room(words.size() - 1);
  if (!room) die_errno({"unable to allocate memory"}, exit_fatal);
  std::copy(words.begin() + 1, words.end(), room.all().begin());
  Completer(how, places, printer).complete(base_name(words.front()).data(), room.all());
  return 0;
}

}  // namespace stoker
