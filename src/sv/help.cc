// SPDX-License-Identifier: ISC
#include "sv/help.hh"

#include "base/about.hh"
#include "sv/verb.hh"

namespace stoker {

namespace {

constexpr std::string_view options =
    "Options, before or behind the command:\n"
    "  -v               wait, and print the result, also for commands that do not\n"
    "  -w sec           wait so many seconds at most (7)\n"
    "  -n, --dry-run    print what would be started and stopped, and do nothing\n"
    "  --alone          start or stop it whatever others do\n"
    "  --all            pause, continue: all its processes\n"
    "  --keep           set: in the definition, too\n"
    "  --minimum-uptime time  call it started when it has run for so long\n"
    "  --lines lines    status: show the last lines of the log; history: the last\n"
    "  --failed         list: only what has failed\n"
    "  -d time, -n tables  top: how often, and how many without a full screen\n"
    "  --sort key       top: cpu, memory, tasks, io or name\n"
    "  --processes      tree: the processes of each service\n"
    "  -o format        text, json, dot for graph, or svg for plot\n"
    "  --json           the same as -o json\n"
    "  --ready, --alive  health: of services that are ready, or of supervisors\n"
    "  -V, --version    print the version\n";

bool is_shown(const Verb& verb, bool lsb) {
  if (verb.help.empty()) return false;
  return !lsb || verb.job == VerbJob::act || verb.job == VerbJob::status;
}

}  // namespace

std::string_view sv_help(bool lsb) {
  static constinit Text<4096> text;
  constexpr size_t column = 17;
  text.clear();
  text.append(lsb ? "Control a service.\n" : "Show, control and wait for services.\n");
  for (const Verb& verb : all_verbs()) {
    if (!is_shown(verb, lsb)) continue;
    text.append("  ", verb.word);
    for (size_t size = verb.word.size() + 2; size < column + 2; ++size) text.append(' ');
    text.append(verb.help, "\n");
  }
  text.append(options);
  return text;
}

void print_sv_help(const Invocation& how) {
  const Text<300> synopsis = synopsis_of(how);
  const About about{synopsis, sv_help(how.lsb)};
  print_help(about);
}

}  // namespace stoker
