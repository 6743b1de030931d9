// SPDX-License-Identifier: ISC
// await: wait for something to happen, and run a program then. See await(8).
#include <fcntl.h>

#include <csignal>
#include <cstdlib>

#include "await/awaited_conditions.hh"
#include "base/duration.hh"
#include "base/environment.hh"
#include "base/file.hh"
#include "base/options.hh"
#include "base/origin.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "chain/run_next.hh"
#include "client/poll_set.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr About about{"await [-av] [--timeout=time] [--stamp=file] condition ... [-- prog]",
                      "Wait without polling until something holds or happens, then run a program.\n"
                      "  path-exists pattern          a path that matches is there\n"
                      "  path-changed path            it comes, goes, or was written and closed\n"
                      "  path-modified path           the same, and at each write\n"
                      "  directory-not-empty path     there is something in it\n"
                      "  interface name up            a network interface has a link\n"
                      "  address name                 it has an address; or this machine has it\n"
                      "  event name                   sv emit has sent it\n"
                      "  service name up|ready|down|failed\n"
                      "  -a                           wait until all hold, not one\n"
                      "  --timeout=time               give up then, and exit 99\n"
                      "  --stamp=file                 notice what changed while nobody waited\n"
                      "  -v                           report that it waits, and what has come\n"};

constexpr int exit_timed_out = 99;

struct Wishes {
  bool all = false;
  bool verbose = false;
  Moment timeout = never;
  const char* stamp = nullptr;
};

Moment read_timeout(const char* text) {
  const auto time = parse_duration(text);
  if (!time) die({"invalid value for --timeout: ", text}, exit_misuse);
  return *time;
}

Wishes read_options(Options& options) {
  Wishes wishes;
  while (const char letter = options.next()) {
    if (letter == 'a')
      wishes.all = true;
    else if (letter == 'v')
      wishes.verbose = true;
    else if (letter == Options::long_option && options.name() == "timeout")
      wishes.timeout = read_timeout(options.required_value(letter));
    else if (letter == Options::long_option && options.name() == "stamp")
      wishes.stamp = options.required_value(letter);
    else
      options.refuse(letter);
  }
  return wishes;
}

ConditionWords read_words(Options& options) {
  const ConditionWords words =
      read_conditions({options.arguments(), static_cast<size_t>(options.count())});
  if (!words.problem.empty()) die({words.problem, " ", words.culprit}, exit_misuse);
  if (words.conditions.all().empty()) usage(about.synopsis);
  for (const Condition& condition : words.conditions.all())
    if (condition.kind == ConditionKind::event && !is_event_name(condition.subject))
      die({"not the name of an event: ", condition.subject}, exit_misuse);
  return words;
}

// Where services are: $SVDIR; the directory that svscan watches, if this is a service in it; or
// where sv looks.
Places find_places() {
  Places places = Places::of_names();
  const char* const named = getenv(layout::variable_services);
  if ((named == nullptr || *named == '\0') && exists(AT_FDCWD, "../.svscan"))
    places.services = "..";
  return places;
}

void wait_for(AwaitedConditions& awaited, const Wishes& wishes, Came& came) {
  catch_signals({SIGALRM, SIGTERM, SIGINT, SIGHUP});
  const Moment deadline = wishes.timeout == never ? never : now() + wishes.timeout;
  for (bool first = true; !awaited.look(wishes.all, came); first = false) {
    if (first && wishes.verbose) say("info", {"waiting"});
    if (now() >= deadline) {
      awaited.end();
      die({"timed out"}, exit_timed_out);
    }
    awaited.sleep(deadline);
    while (const int number = next_signal()) {
      if (number == SIGALRM) return;
      awaited.end();
      die_by(number);
    }
  }
}

// "AWAIT_CONDITION=path-exists", "AWAIT_SUBJECT=/run/x" and the variables of an event. Without a
// condition, as SIGALRM has it, nothing.
void tell_program(Environment& environment, Came& came) {
  if (came.condition == nullptr) return;
  static Text<64> condition("AWAIT_CONDITION=", word(came.condition->kind));
  static PathText subject("AWAIT_SUBJECT=", came.subject);
  environment.set(condition.data());
  environment.set(subject.data());
  static EmittedRecord variables;
  std::string_view rest = came.variables;
  for (size_t count = 0; !rest.empty() && count < most_emitted_variables; ++count) {
    const std::string_view variable = take_part(rest);
    char* const entry = variables.data() + variables.size();
    if (!is_event_variable(variable)) continue;
    variables.append(variable, '\0');
    environment.set(entry);
  }
}

void report(const Came& came) {
  if (came.condition == nullptr) return say("info", {"asked to go on"});
  say("info", {word(came.condition->kind), " ", came.subject});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_tool("await");
  const char* const path = getenv("PATH");
  Options options(argc, argv, &about);
  const Wishes wishes = read_options(options);
  const ConditionWords words = read_words(options);
  const Places places = find_places();
  static Environment environment;
  if (!environment.adopt_process()) die_errno({"unable to get memory"});
  static Came came;
  AwaitedConditions awaited(words.conditions, places, wishes.stamp);
  wait_for(awaited, wishes, came);
  awaited.end();
  reset_signals();
  if (wishes.verbose) report(came);
  if (words.used == static_cast<size_t>(options.count())) return 0;
  tell_program(environment, came);
  environ = const_cast<char**>(environment.entries());
  run_next(options.arguments() + words.used, path, daemontools_wording);
}
