// SPDX-License-Identifier: ISC
#include "chain/tools.hh"

#include <unistd.h>

#include <cstdlib>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/text.hh"
#include "chain/env_directory.hh"
#include "chain/identity.hh"
#include "chain/lock_file.hh"
#include "chain/run_next.hh"
#include "chain/soft_limits.hh"

namespace stoker {

namespace {

constexpr char softlimit_synopsis[] =
    "softlimit [-a allbytes] [-c corebytes] [-d databytes] [-f filebytes] [-l lockbytes] "
    "[-m membytes] [-o openfiles] [-p processes] [-r residentbytes] [-s stackbytes] "
    "[-t cpusecs] child";
constexpr char setlock_synopsis[] = "setlock [ -nNxX ] file program [ arg ... ]";

[[noreturn]] void die_usage(const LoaderWording& wording, std::string_view synopsis,
                            int code = exit_misuse) {
  if (wording.two_line_usage) usage_runit(synopsis, code);
  usage(synopsis, code);
}

void report_option(std::string_view program, std::string_view what, const Options& options,
                   char letter) {
  Text<600> line(program, ": ", what, " -- ");
  if (letter == Options::long_option)
    line.append("--", options.name());
  else
    line.append(letter);
  line.append('\n');
  // If this fails, so does the usage that follows.
  static_cast<void>(write_all(STDERR_FILENO, line));
}

// An option that only daemontools-encore has: `-s`, or `-p PREFIX`.
bool take_option(char**& argv, int& argc, const LoaderWording& wording, std::string_view option) {
  if (!wording.encore || argc < 2 || argv[1] != option) return false;
  ++argv;
  --argc;
  return true;
}

}  // namespace

void report_bad_option(std::string_view program, const Options& options, char letter) {
  report_option(program, "illegal option", options, letter);
}

void report_missing_value(std::string_view program, const Options& options, char letter) {
  report_option(program, "option requires an argument", options, letter);
}

void run_setuidgid(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  const bool all_groups = take_option(argv, argc, wording, "-s");
  if (argc < 3) die_usage(wording, "setuidgid account child");
  become_user(look_up_account(argv[1], wording), all_groups, wording);
  run_next(argv + 2, path, wording);
}

void run_envuidgid(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  if (argc < 3) die_usage(wording, "envuidgid account child");
  set_id_variables(look_up_account(argv[1], wording));
  run_next(argv + 2, path, wording);
}

void run_envdir(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  EnvDirectory from;
  if (argc >= 3 && take_option(argv, argc, wording, "-p")) {
    from.prefix = argv[1];
    ++argv;
    --argc;
  }
  if (argc < 3) die_usage(wording, "envdir dir child", wording.envdir_usage);
  from.path = argv[1];
  apply_env_directory(from, wording);
  run_next(argv + 2, path, wording);
}

void run_softlimit(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  SoftLimits limits;
  if (wording.encore) set_limits_from_environment(limits);
  Options options(argc, argv);
  while (const char letter = options.next()) {
    if (!limits.set(letter, {})) {
      report_bad_option(base_name(argv[0]), options, letter);
      die_usage(wording, softlimit_synopsis);
    }
    const char* const value = options.value();
    if (value == nullptr) {
      report_missing_value(base_name(argv[0]), options, letter);
      die_usage(wording, softlimit_synopsis);
    }
    const auto limit = parse_soft_limit(value, wording.encore, letter);
    if (!limit) die_usage(wording, softlimit_synopsis);
    limits.set(letter, *limit);
  }
  if (options.count() == 0) die_usage(wording, softlimit_synopsis);
  limits.apply(wording);
  run_next(options.arguments(), path, wording);
}

void run_setlock(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  bool given_n = false, silently = false;
  Options options(argc, argv);
  while (const char letter = options.next()) switch (letter) {
    case 'n': given_n = true; break;
    case 'N': given_n = false; break;
    case 'x': silently = true; break;
    case 'X': silently = false; break;
    default:
      report_bad_option(base_name(argv[0]), options, letter);
      die_usage(wording, setlock_synopsis);
    }
  if (options.count() < 2) die_usage(wording, setlock_synopsis);
  const bool wait = given_n != wording.lock_waits;
  hold_lock(options.arguments()[0], wait ? LockWait::wait : LockWait::fail, silently, wording);
  run_next(options.arguments() + 1, path, wording);
}

void run_pgrphack(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  if (argc < 2) die_usage(wording, "pgrphack child");
  setsid();  // fails only for a session leader
  run_next(argv + 1, path, wording);
}

}  // namespace stoker
