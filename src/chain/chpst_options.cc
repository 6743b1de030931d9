// SPDX-License-Identifier: ISC
#include "chain/chpst_options.hh"

#include <cstdlib>

#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/long_options.hh"
#include "chain/tools.hh"

namespace stoker {

namespace {

constexpr About about{
    "chpst [-vVP012] [-u user[:group]] [-U user[:group]] [-b argv0] [-e dir] [-/ root] [-C pwd] "
    "[-n nice] [-l|-L lock] [-m n] [-d n] [-o n] [-p n] [-f n] [-c n] [-r n] [-t n] "
    "[--option[=value] ...] prog",
    "Run a program with a changed process state.\n"
    "  -u user[:group]  run as this user\n"
    "  -U user[:group]  set UID and GID in the environment\n"
    "  -b argv0  the name that the program sees\n"
    "  -e dir    set variables from the files in a directory\n"
    "  -/ root   change the root directory\n"
    "  -C pwd    change the directory\n"
    "  -n nice   add to the nice level\n"
    "  -l lock   hold a lock, and wait for it\n"
    "  -L lock   hold a lock, or fail\n"
    "  -m n  limit address space, data, stack and locked memory\n"
    "  -d n  limit the data segment\n"
    "  -o n  limit open files\n"
    "  -p n  limit the processes of the user\n"
    "  -f n  limit the size of files\n"
    "  -c n  limit core files\n"
    "  -r n  limit resident memory\n"
    "  -t n  limit processor time\n"
    "  -v  report what it does\n"
    "  -V  print the version\n"
    "  -P  run in a new session\n"
    "  -0  close standard input\n"
    "  -1  close standard output\n"
    "  -2  close standard error\n"
    "  --dynamic-user name  as a user that exists only for this\n"
    "  --init-groups  with the supplementary groups of the user\n"
    "  --no-new-privileges\n"
    "  --capabilities list  in all sets\n"
    "  --capability-bounding-set list\n"
    "  --inheritable-capabilities list\n"
    "  --ambient-capabilities list\n"
    "  --securebits list\n"
    "  --keyring-mode inherit|private|shared\n"
    "  --limit name=soft[:hard]  any resource limit\n"
    "  --nice level\n"
    "  --io-priority class[:level]\n"
    "  --cpu-affinity list\n"
    "  --cpu-scheduling-policy policy\n"
    "  --cpu-scheduling-priority n\n"
    "  --cpu-scheduling-reset-on-fork\n"
    "  --oom-score-adjust n\n"
    "  --try        what may not be raised stays as near as it can\n"
    "  --umask mode\n"
    "  --chdir dir\n"
    "  --clear-environment\n"
    "  --keep name  clear the environment but for this variable\n"
    "  --env-file file\n"
    "  --set name=value\n"
    "  --unset name\n"
    "  --expand  replace $NAME and ${NAME} in the arguments of prog\n"
    "  --runtime-directory name[:mode]  create /run/name for the user\n"
    "  --state-directory name[:mode]    create /var/lib/name\n"
    "  --cache-directory name[:mode]    create /var/cache/name\n"
    "  --logs-directory name[:mode]     create /var/log/name\n"
    "  --load-credential id[:file]  a secret that only the user can read\n"
    "  --set-credential id:text\n"
    "  --configuration-directory name[:mode]  create /etc/name\n"
    "  --death-signal signal  when the parent dies\n"
    "  --stdin file\n"
    "  --stdin-text line  read this\n"
    "  --stdout file\n"
    "  --stderr file\n"
    "  --tty device  for all three\n"
    "  --tty-reset   which echoes again, and the like\n"};

[[noreturn]] void die_usage(std::string_view program) {
  std::string_view arguments = about.synopsis;
  arguments.remove_prefix(sizeof "chpst" - 1);
  usage_runit(Text<600>(program, arguments), exit_misuse);
}

// [+|-]N; empty is 0, as old scripts expect.
std::optional<int> parse_nice(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return {};
  }
  return parse_number<int>(text);
}

bool read_flag(Plan& plan, char letter) {
  switch (letter) {
  case 'v': plan.verbose = true; return true;
  case 'P': plan.session = true; return true;
  case '0':
  case '1':
  case '2': plan.closed[letter - '0'] = true; return true;
  default: return false;
  }
}

bool read_lock(Plan& plan, const char* file, bool waits) {
  if (plan.lock != nullptr && plan.lock_waits != waits) return false;
  plan.lock = file;
  plan.lock_waits = waits;
  return true;
}

bool read_limit(Plan& plan, char letter, const char* value) {
  const auto limit = parse_plain_limit(value, letter);
  return limit && plan.soft_limits.set(letter, *limit);
}

// False if the value is wrong.
bool read_value(Plan& plan, char letter, const char* value) {
  switch (letter) {
  case 'u': plan.user = value; return true;
  case 'U': plan.env_user = value; return true;
  case 'b': plan.name = value; return true;
  case 'e': plan.env_directory = value; return true;
  case '/': plan.root = value; return true;
  case 'C':
    plan.directory = value;
    plan.directory_may_miss = false;
    return true;
  case 'l': return read_lock(plan, value, true);
  case 'L': return read_lock(plan, value, false);
  case 'n': {
    const auto number = parse_nice(value);
    plan.nice = number.value_or(0);
    return number.has_value();
  }
  default: return read_limit(plan, letter, value);
  }
}

constexpr std::string_view letters_with_value = "uUbe/CnlLmdopfcrt";

}  // namespace

Plan read_chpst_options(int argc, char** argv, std::string_view program) {
  Plan plan;
  plan.path = getenv("PATH");
  Options options(argc, argv, &about);
  while (const char letter = options.next()) {
    if (read_flag(plan, letter)) continue;
    if (letter == 'V') print_version("chpst");
    if (letter == Options::long_option && read_long_option(plan, options)) continue;
    if (letters_with_value.find(letter) == std::string_view::npos) {
      report_bad_option(program, options, letter);
      die_usage(program);
    }
    const char* const value = options.value();
    if (value == nullptr) report_missing_value(program, options, letter);
    if (value == nullptr || !read_value(plan, letter, value)) die_usage(program);
  }
  if (options.count() == 0) die_usage(program);
  check_long_options(plan);
  plan.program = options.arguments();
  return plan;
}

}  // namespace stoker
