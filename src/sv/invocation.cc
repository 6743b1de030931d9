// SPDX-License-Identifier: ISC
#include "sv/invocation.hh"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/parse.hh"
#include "base/report.hh"
#include "client/duration.hh"

namespace stoker {

namespace {

constexpr Moment usual_timeout = 7s;
constexpr int exit_lsb_misuse = 2;

[[noreturn]] void misuse(const Invocation& how, std::string_view complaint, char option) {
  const PathText line(how.lsb ? how.service : "sv", ": ", complaint, " -- ", option, "\n");
  static_cast<void>(write_all(STDERR_FILENO, line));
  misuse(how);
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

}  // namespace

void misuse(const Invocation& how) {
  if (!how.lsb) usage_runit("sv [-v] [-w sec] command service ...", exit_misuse);
  usage_runit(PathText(how.service, " [-w sec] command").view(), exit_lsb_misuse);
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
      how.wait_limit = options.value();
      if (how.wait_limit == nullptr) misuse(how, "option requires an argument", option);
      break;
    case 'V': static_cast<void>(write_all(STDERR_FILENO, "stoker sv\n")); misuse(how);
    case Options::long_option: read_long_option(options, how); break;
    default: misuse(how, "illegal option", option);
    }
  }
}

Moment deadline_of(const Invocation& how) {
  const char* const variable = getenv("SVWAIT");
  const char* const text = how.wait_limit != nullptr ? how.wait_limit : variable;
  if (text == nullptr || *text == '\0') return deadline_after(usual_timeout);
  const WaitLimit parsed = parse_wait_limit(text);
  if (!parsed.valid)
    warn({how.wait_limit != nullptr ? "-w" : "SVWAIT", ": not a number of seconds: ", text});
  // As in runit, there is always time for a few probes.
  constexpr Moment shortest = 420ms;
  return deadline_after(parsed.limit == 0s ? shortest : parsed.limit);
}

std::span<char* const> names_or_all(std::span<char* const> given, const Places& places,
                                    ServiceNames& all, ServiceNames::Dangling dangling) {
  if (!given.empty()) return given;
  if (!all.read(places.services, dangling))
    die_errno({"unable to read directory ", places.services}, exit_fatal);
  return all.all();
}

int exit_code(unsigned failures) { return static_cast<int>(std::min(failures, 99U)); }

}  // namespace stoker
