// SPDX-License-Identifier: ISC
// sv: show, control and wait for services. See sv(8).
#include "sv/sv.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/duration.hh"
#include "client/show.hh"
#include "service/names.hh"
#include "service/scanner.hh"
#include "sv/act.hh"
#include "sv/table.hh"
#include "sv/verb.hh"

namespace stoker {

namespace {

constexpr Moment usual_timeout = 7s;
constexpr int exit_fatal = 100;
constexpr int exit_lsb_misuse = 2;

// As which program it was called, and with which options.
struct Invocation {
  bool lsb = false;  // as an init script, whose name is the service's
  const char* service = nullptr;
  bool verbose = false;
  bool json = false;
  const char* patience = nullptr;
  const char* lines = nullptr;  // of the log, to be shown below a status
  const char* argv0 = "sv";
};

constinit Printer printer;

[[noreturn]] void misuse(const Invocation& how) {
  if (!how.lsb) usage_runit("sv [-v] [-w sec] command service ...", exit_misuse);
  usage_runit(PathText(how.service, " [-w sec] command").view(), exit_lsb_misuse);
}

[[noreturn]] void misuse(const Invocation& how, std::string_view complaint, char option) {
  const PathText line(how.lsb ? how.service : "sv", ": ", complaint, " -- ", option, "\n");
  static_cast<void>(write_all(STDERR_FILENO, line));
  misuse(how);
}

// An init script's link to sv, or a script that begins with `#!/path/to/sv`: then the
// kernel puts the script's path first.
Invocation personality(int& argc, char**& argv) {
  Invocation how;
  if (argc > 0) how.argv0 = argv[0];
  const char* const called = argc > 0 ? base_name(argv[0]).data() : "sv";
  if (std::string_view(called) != "sv") {
    how.lsb = true;
    how.service = called;
  } else if (argc > 1 && argv[1][0] == '/') {
    how.lsb = true;
    how.service = base_name(argv[1]).data();
    ++argv;
    --argc;
  }
  return how;
}

void read_long_option(Options& options, Invocation& how) {
  if (options.name() == "json") {
    how.json = true;
  } else if (options.name() == "lines") {
    how.lines = options.value();
    if (how.lines == nullptr) misuse(how);
    if (!parse_number<uint64_t>(how.lines))
      die({"--lines: not a number of lines: ", how.lines}, exit_fatal);
  } else {
    misuse(how);
  }
}

void read_options(Options& options, Invocation& how) {
  while (const char option = options.next()) {
    switch (option) {
    case 'v': how.verbose = true; break;
    case 'w':
      how.verbose = true;
      how.patience = options.value();
      if (how.patience == nullptr) misuse(how, "option requires an argument", option);
      break;
    case 'V': static_cast<void>(write_all(STDERR_FILENO, "stoker sv\n")); misuse(how);
    case Options::long_option: read_long_option(options, how); break;
    default: misuse(how, "illegal option", option);
    }
  }
}

Moment deadline_of(const Invocation& how) {
  const char* const variable = getenv("SVWAIT");
  const char* const text = how.patience != nullptr ? how.patience : variable;
  if (text == nullptr || *text == '\0') return deadline_after(usual_timeout);
  const WaitLimit patience = parse_wait_limit(text);
  if (!patience.valid)
    warn({how.patience != nullptr ? "-w" : "SVWAIT", ": not a number of seconds: ", text});
  // Never without any probe at what came of it, as in runit.
  constexpr Moment shortest = 420ms;
  return deadline_after(patience.limit == 0s ? shortest : patience.limit);
}

// The services that were named, or all.
std::span<char* const> names_or_all(
    std::span<char* const> given, const Places& places, ServiceNames& all,
    ServiceNames::Dangling dangling = ServiceNames::Dangling::kept) {
  if (!given.empty()) return given;
  if (!all.read(places.services, dangling))
    die_errno({"unable to read directory ", places.services}, exit_fatal);
  return all.all();
}

int exit_code(unsigned failures) { return static_cast<int>(std::min(failures, 99U)); }

int list(const Invocation& how, const Places& places, std::span<char* const> given) {
  ServiceNames all;
  const std::span<char* const> names = names_or_all(given, places, all);
  if (how.json)
    static_cast<void>(show_status(places, names, printer, true));
  else
    show_table(places, names, printer);
  return 0;
}

// Each with the last lines of its log.
int status_with_lines(const Invocation& how, const Places& places, std::span<char* const> names) {
  unsigned failures = 0;
  for (size_t at = 0; at < names.size(); ++at) {
    failures += show_status(places, names.subspan(at, 1), printer, false).failures;
    if (!show_last_lines(how.argv0, names[at], how.lines)) ++failures;
  }
  return exit_code(failures);
}

// Without a name: of all services, where there are any.
int status(const Invocation& how, const Places& places, std::span<char* const> given) {
  ServiceNames all;
  if (given.empty() && access(places.services, R_OK | X_OK) != 0) misuse(how);
  const std::span<char* const> names = names_or_all(given, places, all);
  if (how.lines != nullptr && !how.json && !how.lsb) return status_with_lines(how, places, names);
  const Shown shown = show_status(places, names, printer, how.json);
  if (!how.lsb) return exit_code(shown.failures);
  switch (shown.last) {
  case Shown::Last::absent: return 1;
  case Shown::Last::up: return 0;
  case Shown::Last::down: return 3;
  case Shown::Last::unknown: return 4;
  }
  return 4;
}

int wait(const Invocation& how, const Places& places, std::span<char* const> words) {
  const auto await = words.empty() ? std::nullopt : await_from(words.front());
  if (!await || words.size() < 2) misuse(how);
  return exit_code(wait_for(*await, places, words.subspan(1), deadline_of(how), printer));
}

int events(const Invocation& how, const Places& places, std::span<char* const> given) {
  ServiceNames all;
  return exit_code(stream_events(places, names_or_all(given, places, all), how.json, printer));
}

// Without a name: every supervisor, and the scanner last. A link that leads nowhere has
// no supervisor.
int upgrade(const Verb& verb, const Invocation& how, const Places& places,
            std::span<char* const> given) {
  ServiceNames all;
  const Order order{verb, places, true, deadline_of(how)};
  const auto names = names_or_all(given, places, all, ServiceNames::Dangling::skipped);
  const unsigned failures = act(order, names, printer);
  if (!given.empty() || failures > 0) return exit_code(failures);
  if (send_scanner_letter(places, places.services, scan_letter::upgrade)) return 0;
  die_errno({"unable to reach the svscan of ", places.services}, exit_fatal);
}

int examine(Invocation how, const Places& places, std::span<char* const> words) {
  HealthWant want{.ready = true, .json = how.json};
  for (; !words.empty() && has_prefix(words.front(), "--"); words = words.subspan(1)) {
    const std::string_view word(words.front());
    if (word != "--ready" && word != "--alive" && word != "--json") misuse(how);
    if (word == "--json")
      want.json = true;
    else
      want.ready = word == "--ready";
  }
  return health(places, words, want, printer);
}

int carry_out(const Verb& verb, const Invocation& how, std::span<char* const> names) {
  const Places places = Places::of_names();
  const bool optional = verb.job == Job::status || verb.job == Job::list ||
                        verb.job == Job::events || verb.job == Job::upgrade ||
                        verb.job == Job::log || verb.job == Job::health;
  if (names.empty() && !optional) misuse(how);
  switch (verb.job) {
  case Job::status: return status(how, places, names);
  case Job::list: return list(how, places, names);
  case Job::wait: return wait(how, places, names);
  case Job::events: return events(how, places, names);
  case Job::enable: return exit_code(enable(places, names, deadline_of(how), printer));
  case Job::disable: return exit_code(disable(places, names, deadline_of(how), printer));
  case Job::upgrade: return upgrade(verb, how, places, names);
  case Job::log: become_reader(how.argv0, names, exit_fatal);
  case Job::health: return examine(how, places, names);
  case Job::act: break;
  }
  const Order order{verb, places, verb.waits || how.verbose, deadline_of(how)};
  return exit_code(act(order, names, printer));
}

// Without a command: all services, if there is a place where they are.
int carry_out_nothing(const Invocation& how) {
  const Places places = Places::of_names();
  const bool bare = !how.lsb && !how.verbose;
  if (!bare || access(places.services, R_OK | X_OK) != 0) misuse(how);
  return list(how, places, {});
}

bool says_json(std::span<char* const> words) {
  return !words.empty() && std::string_view(words.front()) == "--json";
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  Invocation how = personality(argc, argv);
  set_program({how.lsb ? how.service : "sv"});
  Options options(argc, argv);
  read_options(options, how);
  std::span<char* const> words(options.arguments(), static_cast<size_t>(options.count()));
  if (words.empty()) return carry_out_nothing(how);

  const Verb* const verb = find_verb(words.front(), how.lsb);
  if (verb == nullptr) misuse(how);
  words = words.subspan(1);
  if (says_json(words)) {
    how.json = true;
    words = words.subspan(1);
  }
  char* const service[] = {const_cast<char*>(how.service)};
  return carry_out(*verb, how, how.lsb ? std::span<char* const>(service) : words);
}
