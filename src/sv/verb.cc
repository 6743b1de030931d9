// SPDX-License-Identifier: ISC
#include "sv/verb.hh"

#include <algorithm>

#include "base/parse.hh"
#include "service/control.hh"

namespace stoker {

namespace {

using Job = VerbJob;

constexpr Goal restarted = Goal::again | Goal::resumed;

constexpr const char* same = nullptr;
constexpr std::string_view hidden;

// Stoker's supervisor has a letter for restart: the service is started again immediately, however
// short the last run was, and is stopped by its own down-signal. Only runsv stops the service on
// `x`; supervise waits until it is down. A letter alone is the first word that begins with it, so
// runit's come before ours.
// clang-format off
constexpr Verb verbs[] = {
    {.word = "status", .help = "show the state", .job = Job::status, .names_optional = true},
    // word            job        goal                  runsv  supervise  own    waits  kills
    {"up",             "start, and restart when it exits",
                       Job::act,  Goal::up,             "u"},
    {"down",           "stop",
                       Job::act,  Goal::down,           "d"},
    {"once",           "start, and do not restart",
                       Job::act,  Goal::once,           "o"},
    {"pause",          "send STOP",
                       Job::act,  Goal::paused,         "p"},
    {"continue",       "send CONT",
                       Job::act,  Goal::resumed,        "c"},
    {"hup",            "send HUP",
                       Job::act,  Goal::none,           "h"},
    {"alarm",          "send ALRM",
                       Job::act,  Goal::none,           "a"},
    {"interrupt",      "send INT",
                       Job::act,  Goal::none,           "i"},
    {"quit",           "send QUIT",
                       Job::act,  Goal::none,           "q"},
    {"1",              "send USR1",
                       Job::act,  Goal::none,           "1"},
    {"2",              "send USR2",
                       Job::act,  Goal::none,           "2"},
    {"term",           "send TERM",
                       Job::act,  Goal::again,          "t"},
    {"kill",           "send KILL",
                       Job::act,  Goal::again,          "k"},
    {"exit",           "stop, and end the supervisor",
                       Job::act,  Goal::exited,         "x",   "dx"},
    {"start",          "up, and wait until it is ready",
                       Job::act,  Goal::up,             "u",   same,      same,  true},
    {"stop",           "down, and wait until nothing runs",
                       Job::act,  Goal::down,           "d",   same,      same,  true},
    {"restart",        "stop and start, and wait until it is ready",
                       Job::act,  restarted | Goal::up, "tcu", same,      "rcu", true},
    {"try-restart",    "restart what is not down",
                       Job::act,  restarted,            "tc",  same,      "rc",  true},
    {"reload",         "send the signal in reload-signal, or HUP",
                       Job::act,  Goal::reloaded,       "h",   same,      "ll",  true},
    {"shutdown",       "exit, and wait until the supervisor has exited",
                       Job::act,  Goal::exited,         "x",   "dx",      same,  true},
    {"check",          "wait until it is as it should be",
                       Job::act,  Goal::as_wanted,      "",    same,      same,  true},
    {"force-stop",     "stop, and kill what does not stop in time",
                       Job::act,  Goal::down,           "d",   same,      same,  true,  true},
    {"force-restart",  "the same for restart",
                       Job::act,  restarted | Goal::up, "tcu", same,      "rcu", true,  true},
    {"force-reload",   "the same for try-restart",
                       Job::act,  restarted,            "tc",  same,      "rc",  true,  true},
    {"force-shutdown", "the same for shutdown",
                       Job::act,  Goal::exited,         "x",   "dx",      same,  true,  true},
    {.word = "list", .help = "show a table",
     .job = Job::list, .names_optional = true},
    {.word = "wait", .help = "wait until services are up, ready, down or finished",
     .job = Job::wait},
    {.word = "events", .help = "print each transition",
     .job = Job::events, .names_optional = true},
    {.word = "emit", .help = "send an event to all that await it", .job = Job::emit},
    {.word = "enable", .help = "link a service, and wait for its supervisor",
     .job = Job::enable},
    {.word = "disable", .help = "remove the link, stop the service and its supervisor",
     .job = Job::disable},
    {.word = "mask", .help = "let nothing and nobody start a service",
     .job = Job::mask},
    {.word = "unmask", .help = "let it be started again", .job = Job::unmask},
    {.word = "reset", .help = "forget failures, without starting",
     .job = Job::reset, .goal = Goal::forgotten, .own = "z", .waits = true},
    {.word = "health", .help = "check whether all is well",
     .job = Job::health, .names_optional = true},
    {.word = "upgrade", .help = "make supervisors execute their program again",
     .job = Job::upgrade, .goal = Goal::upgraded, .own = "R", .waits = true,
     .names_optional = true},
    {.word = "log", .help = "show what services have logged, with svlog",
     .job = Job::log, .names_optional = true},
    {.word = "attach", .help = "show what services print, until ^C", .job = Job::attach},
    {.word = "metrics", .help = "print figures for Prometheus",
     .job = Job::metrics, .names_optional = true},
    {.word = "lint", .help = "check definitions, without a supervisor",
     .job = Job::lint, .names_optional = true},
    {.word = "isolate", .help = "start a group with all that it needs, stop the rest",
     .job = Job::isolate},
    {.word = "tree", .help = "show what services need, and what needs them",
     .job = Job::tree, .names_optional = true},
    {.word = "graph", .help = "the same as a graph, for dot",
     .job = Job::graph, .names_optional = true},
    {.word = "history", .help = "show the last transitions",
     .job = Job::history, .names_optional = true},
    {.word = "blame", .help = "show how long each took to be ready",
     .job = Job::blame, .names_optional = true},
    {.word = "chain", .help = "show what the last one to be ready waited for",
     .job = Job::chain, .names_optional = true},
    {.word = "plot", .help = "draw how the tree came up, as SVG",
     .job = Job::plot, .names_optional = true},
    {.word = "set", .help = "set a limit of a running service's control group", .job = Job::set},
    {.word = "top", .help = "show what services use, again and again", .job = Job::top,
     .names_optional = true},
    {.word = "cat", .help = "print the files that define services", .job = Job::cat},
    {.word = "show", .help = "show each setting, where it comes from and its default",
     .job = Job::show},
    {.word = "edit", .help = "change a file of a service, and check it",
     .job = Job::edit},
    {.word = "run", .help = "run a command as a service, until it ends", .job = Job::run},
    {.word = "new", .help = "write a definition that runs a command", .job = Job::create},
    {.word = "complete", .help = hidden, .job = Job::complete},
    // Letters of runit that begin no word above.
    {"x", hidden, Job::act, Goal::exited, "x",  "dx"},
    {"D", hidden, Job::act, Goal::down,   "d",  same, same, true, true},
    {"T", hidden, Job::act, restarted,    "tc", same, "rc", true, true},
    {"E", hidden, Job::act, Goal::exited, "x",  "dx", same, true, true},
    {"X", hidden, Job::act, Goal::exited, "x",  "dx", same, true, true},
};
// clang-format on

constexpr Verb verbs_for_all[] = {
    {"pause", hidden, Job::act, Goal::paused, "p", same, "P"},
    {"continue", hidden, Job::act, Goal::resumed, "c", same, "C"},
};

constexpr std::string_view letters = "sudopchaiqtke";

bool ends(char byte) {
  return byte == letter::down || byte == letter::exit || byte == letter::restart;
}

bool begins(char byte) { return byte == letter::up || byte == letter::once; }

bool is_allowed(const Verb& verb, bool lsb) { return !lsb || verb.job == Job::act; }

}  // namespace

std::span<const Verb> all_verbs() { return verbs; }

const Verb* find_verb(std::string_view word, bool lsb) {
  for (const Verb& verb : verbs)
    if (verb.word == word) return is_allowed(verb, lsb) || word == "status" ? &verb : nullptr;
  const bool is_letter = word.size() == 1 && letters.find(word.front()) != letters.npos;
  // What scripts for runit have always been able to shorten stays so: words that are not sent to
  // supervisors count only where no other begins like that.
  const Verb* found[2] = {nullptr, nullptr};
  bool many[2] = {false, false};
  for (const Verb& verb : verbs) {
    if (word.empty() || !has_prefix(verb.word, word)) continue;
    if (is_letter) return is_allowed(verb, lsb) ? &verb : nullptr;
    const size_t kind = verb.job == Job::act || verb.job == Job::status ? 0 : 1;
    many[kind] = found[kind] != nullptr;
    found[kind] = &verb;
  }
  const size_t kind = found[0] != nullptr ? 0 : 1;
  return found[kind] != nullptr && !many[kind] && is_allowed(*found[kind], lsb) ? found[kind]
                                                                                : nullptr;
}

const Verb* verb_for_all(const Verb& verb) {
  for (const Verb& other : verbs_for_all)
    if (other.word == verb.word) return &other;
  return nullptr;
}

std::string_view bytes_for(const Verb& verb, const StatusFile& status) {
  if (status.native && verb.own != nullptr) return verb.own;
  const bool called_runsv = status.called_as == CalledAs::runsv;
  return called_runsv || verb.supervise == nullptr ? verb.runsv : verb.supervise;
}

Text<16> letters_for(std::string_view bytes, Manner manner) {
  Text<16> letters;
  for (const char byte : bytes) {
    if (manner == Manner::in_order && ends(byte)) letters.append(letter::in_order);
    if (manner == Manner::alone && (ends(byte) || begins(byte))) letters.append(letter::alone);
    letters.append(byte);
  }
  return letters;
}

bool stops_something(const Verb& verb) {
  const std::string_view bytes = verb.own != nullptr ? verb.own : verb.runsv;
  return std::any_of(bytes.begin(), bytes.end(), ends);
}

bool is_refused_by_mask(const Verb& verb) {
  const bool restarts = stops_something(verb) && includes(verb.goal, Goal::resumed);
  return starts_something(verb) || restarts;
}

bool starts_something(const Verb& verb) { return includes(verb.goal, Goal::up | Goal::once); }

}  // namespace stoker
