// SPDX-License-Identifier: ISC
#include "sv/invocation.hh"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/about.hh"
#include "base/duration.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/duration.hh"
#include "sv/help.hh"
#include "sv/pattern.hh"

namespace stoker {

namespace {

constexpr Moment usual_timeout = 7s;
constexpr int exit_lsb_misuse = 2;

std::string_view name_of(const Invocation& how) { return how.lsb ? how.service : "sv"; }

const char* value_of(Options& options, const Invocation& how, char option) {
  const char* const value = options.value();
  if (value != nullptr) return value;
  report_missing_value(name_of(how), options, option);
  misuse(how);
}

void read_lines(const char* lines, Invocation& how) {
  how.lines = lines;
  if (!parse_number<uint64_t>(lines)) die({"--lines: not a number of lines: ", lines}, exit_fatal);
}

void read_minimum_uptime(const char* text, Invocation& how) {
  how.minimum_uptime = parse_duration(text);
  if (!how.minimum_uptime) die({"--minimum-uptime: not a time: ", text}, exit_fatal);
}

void read_tables(const char* text, Invocation& how) {
  how.top.tables = parse_number<uint64_t>(text);
  if (!how.top.tables || how.top.tables == 0U)
    die({"-n: not a number of tables: ", text}, exit_fatal);
}

void read_interval(const char* text, Invocation& how) {
  constexpr Moment least = 100ms, longest = 24h;
  const auto interval = parse_duration(text, 1s, longest);
  if (!interval || *interval < least) die({"-d: not a time from 100ms to 24h: ", text}, exit_fatal);
  how.top.interval = *interval;
}

void read_key(const char* word, Invocation& how) {
  how.top.key = parse_top_key(word);
  if (!how.top.key) die({"--sort: not one of cpu, memory, tasks, io and name: ", word}, exit_fatal);
}

void read_long_option(Options& options, Invocation& how) {
  constexpr char option = Options::long_option;
  const std::string_view name = options.name();
  if (name == "json") {
    how.json = true;
  } else if (name == "failed") {
    how.failed_only = true;
  } else if (name == "dry-run") {
    how.dry_run = true;
  } else if (name == "alone") {
    how.alone = true;
  } else if (name == "all") {
    how.all = true;
  } else if (name == "keep") {
    how.keep = true;
  } else if (name == "alive" || name == "ready") {
    how.health = name == "alive" ? Invocation::Health::alive : Invocation::Health::ready;
  } else if (name == "lines") {
    read_lines(value_of(options, how, option), how);
  } else if (name == "minimum-uptime") {
    read_minimum_uptime(value_of(options, how, option), how);
  } else if (name == "processes") {
    how.processes = true;
  } else if (name == "sort") {
    read_key(value_of(options, how, option), how);
  } else if (name == "help") {
    print_sv_help(how);
  } else if (name == "version") {
    print_version("sv");
  } else {
    refuse(options, how, option);
  }
}

}  // namespace

Text<300> synopsis_of(const Invocation& how) {
  if (how.lsb) return Text<300>(how.service, " [-w sec] command");
  return Text<300>("sv [-v] [-w sec] command service ...");
}

void misuse(const Invocation& how) {
  usage_runit(synopsis_of(how), how.lsb ? exit_lsb_misuse : exit_misuse);
}

void refuse(const Options& options, const Invocation& how, char option) {
  report_bad_option(name_of(how), options, option);
  misuse(how);
}

void refuse_word(const Invocation& how, std::string_view kind, std::string_view word) {
  die({"unknown ", kind, " '", word, "': see ", name_of(how), " --help"},
      how.lsb ? exit_lsb_misuse : exit_misuse);
}

// An init script is a link to sv, or a script that begins with `#!/path/to/sv`: then the kernel
// puts the path of the script first.
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

void read_options(Options& options, Invocation& how) {
  while (const char option = options.next()) {
    switch (option) {
    case 'v': how.verbose = true; break;
    case 'w':
      how.verbose = true;
      how.wait_limit = value_of(options, how, option);
      break;
    case 'd':
      if (!how.top.chosen) refuse(options, how, option);
      read_interval(value_of(options, how, option), how);
      break;
    case 'n':
      if (!how.top.chosen)
        how.dry_run = true;
      else
        read_tables(value_of(options, how, option), how);
      break;
    case 'o':
      how.format = value_of(options, how, option);
      how.json = std::string_view(how.format) == "json";
      break;
    case 'V': print_version("sv");
    case Options::long_option: read_long_option(options, how); break;
    default: refuse(options, how, option);
    }
  }
}

std::span<char*> take_options(std::span<char*> words, Invocation& how) {
  size_t names = 0;
  bool only_names = false;
  // What is behind a name is parsed as if that were the program's name.
  for (Options rest(static_cast<int>(words.size()), words.data());;
       rest = Options(rest.count(), rest.arguments())) {
    if (!only_names) read_options(rest, how);
    if (rest.count() == 0) break;
    char** const left = rest.arguments();
    only_names = only_names || std::string_view(left[-1]) == "--";
    words[names++] = left[0];
  }
  return words.first(names);
}

Moment deadline_of(const Invocation& how) {
  const char* const variable = getenv("SVWAIT");
  const char* const text = how.wait_limit != nullptr ? how.wait_limit : variable;
  if (text == nullptr || *text == '\0') return deadline_after(usual_timeout);
  const WaitLimit parsed = parse_wait_limit(text);
  if (!parsed.valid)
    warn({how.wait_limit != nullptr ? "-w" : "SVWAIT", ": not a number of seconds: ", text});
  // As in runit, there is always time for a few probes.
  return deadline_after(parsed.limit == 0s ? shortest_wait : parsed.limit);
}

Moment patience_of(const Invocation& how, Moment deadline) {
  return how.wait_limit != nullptr ? deadline : deadline_after(shortest_wait);
}

std::span<char* const> names_or_all(std::span<char* const> given, const Places& places,
                                    ServiceNames& all, ServiceNames::Dangling dangling) {
  const bool pattern = std::any_of(given.begin(), given.end(), is_pattern);
  if (!given.empty() && !pattern) return given;
  if (!all.read(places.services, dangling))
    die_errno({"unable to read directory ", places.services}, exit_fatal);
  if (!pattern) return all.all();
  for (const char* const word : given) {
    const auto fits = [word](const char* name) { return matches(word, name); };
    if (std::none_of(all.all().begin(), all.all().end(), fits))
      die({"no service in ", places.services, " matches ", word}, exit_fatal);
  }
  all.keep_if([given](const char* name) {
    return std::any_of(given.begin(), given.end(),
                       [name](const char* word) { return matches(word, name); });
  });
  return all.all();
}

int exit_code(unsigned failures) { return static_cast<int>(std::min(failures, 99U)); }

}  // namespace stoker
