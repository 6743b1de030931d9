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

constexpr About softlimit_about{
    "softlimit [-a allbytes] [-c corebytes] [-d databytes] [-f filebytes] [-l lockbytes] "
    "[-m membytes] [-o openfiles] [-p processes] [-r residentbytes] [-s stackbytes] "
    "[-t cpusecs] child",
    "Run a program with soft resource limits.\n"
    "  -a allbytes       address space\n"
    "  -c corebytes      core files\n"
    "  -d databytes      data segment\n"
    "  -f filebytes      files\n"
    "  -l lockbytes      locked memory\n"
    "  -m membytes       as -d, -s, -l and -a\n"
    "  -o openfiles      open files\n"
    "  -p processes      processes of the user\n"
    "  -r residentbytes  resident memory\n"
    "  -s stackbytes     stack segment\n"
    "  -t cpusecs        processor time\n"};
constexpr About setlock_about{"setlock [ -nNxX ] file program [ arg ... ]",
                              "Run a program while a file is locked.\n"
                              "  -n  do not wait for the lock\n"
                              "  -N  wait for the lock\n"
                              "  -x  without the lock exit 0, silently\n"
                              "  -X  without the lock print a message and exit 111\n"};
constexpr About setuidgid_about{"setuidgid account child",
                                "Run a program with the uid and gid of an account.\n"
                                "  -s  and with its supplementary groups\n"};
constexpr About envuidgid_about{
    "envuidgid account child",
    "Run a program with UID and GID of an account in its environment.\n"};
constexpr About envdir_about{"envdir dir child",
                             "Run a program with environment variables from a directory.\n"
                             "  -p prefix  put this in front of each name\n"};
constexpr About pgrphack_about{"pgrphack child", "Run a program in a session of its own.\n"};

[[noreturn]] void die_usage(const LoaderWording& wording, std::string_view synopsis,
                            int code = exit_misuse) {
  if (wording.two_line_usage) usage_runit(synopsis, code);
  usage(synopsis, code);
}

// Of programs without options, and too few words.
[[noreturn]] void die_usage(const LoaderWording& wording, const About& about, int argc, char** argv,
                            int code = exit_misuse) {
  report_stray_option(about, argc, argv);
  die_usage(wording, about.synopsis, code);
}

// An option that only daemontools-encore has: `-s`, or `-p PREFIX`.
bool take_option(char**& argv, int& argc, const LoaderWording& wording, std::string_view option) {
  if (!wording.encore || argc < 2 || argv[1] != option) return false;
  ++argv;
  --argc;
  return true;
}

}  // namespace

void run_setuidgid(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  answer_alone(setuidgid_about, argc, argv);
  const bool all_groups = take_option(argv, argc, wording, "-s");
  if (argc < 3) die_usage(wording, setuidgid_about, argc, argv);
  become_user(look_up_account(argv[1], wording), all_groups, wording);
  run_next(argv + 2, path, wording);
}

void run_envuidgid(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  answer_alone(envuidgid_about, argc, argv);
  if (argc < 3) die_usage(wording, envuidgid_about, argc, argv);
  set_id_variables(look_up_account(argv[1], wording));
  run_next(argv + 2, path, wording);
}

void run_envdir(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  answer_alone(envdir_about, argc, argv);
  EnvDirectory from;
  if (argc >= 3 && take_option(argv, argc, wording, "-p")) {
    from.prefix = argv[1];
    ++argv;
    --argc;
  }
  // Its value or the rest is missing, and not the option wrong.
  const bool has_prefix = argc == 2 && wording.encore && std::string_view(argv[1]) == "-p";
  if (argc < 3) die_usage(wording, envdir_about, has_prefix ? 1 : argc, argv, wording.envdir_usage);
  from.path = argv[1];
  apply_env_directory(from, wording);
  run_next(argv + 2, path, wording);
}

void run_softlimit(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  SoftLimits limits;
  if (wording.encore) set_limits_from_environment(limits);
  Options options(argc, argv, &softlimit_about);
  while (const char letter = options.next()) {
    if (!limits.set(letter, {})) {
      report_bad_option(base_name(argv[0]), options, letter);
      die_usage(wording, softlimit_about.synopsis);
    }
    const char* const value = options.value();
    if (value == nullptr) {
      report_missing_value(base_name(argv[0]), options, letter);
      die_usage(wording, softlimit_about.synopsis);
    }
    const auto limit = parse_soft_limit(value, wording.encore, letter);
    if (!limit) die_usage(wording, softlimit_about.synopsis);
    limits.set(letter, *limit);
  }
  if (options.count() == 0) die_usage(wording, softlimit_about.synopsis);
  limits.apply(wording);
  run_next(options.arguments(), path, wording);
}

void run_setlock(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  bool given_n = false, silently = false;
  Options options(argc, argv, &setlock_about);
  while (const char letter = options.next()) switch (letter) {
    case 'n': given_n = true; break;
    case 'N': given_n = false; break;
    case 'x': silently = true; break;
    case 'X': silently = false; break;
    default:
      report_bad_option(base_name(argv[0]), options, letter);
      die_usage(wording, setlock_about.synopsis);
    }
  if (options.count() < 2) die_usage(wording, setlock_about.synopsis);
  const bool wait = given_n != wording.lock_waits;
  hold_lock(options.arguments()[0], wait ? LockWait::wait : LockWait::fail, silently, wording);
  run_next(options.arguments() + 1, path, wording);
}

void run_pgrphack(int argc, char** argv, const LoaderWording& wording) {
  const char* const path = getenv("PATH");
  answer_alone(pgrphack_about, argc, argv);
  if (argc < 2) die_usage(wording, pgrphack_about.synopsis);
  setsid();  // fails only for a session leader
  run_next(argv + 1, path, wording);
}

}  // namespace stoker
