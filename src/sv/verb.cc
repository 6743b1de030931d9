// SPDX-License-Identifier: ISC
#include "sv/verb.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

using Job = VerbJob;

constexpr Goal restarted = Goal::again | Goal::resumed;

constexpr const char* same = nullptr;

// Stoker's supervisor has a letter for restart: the service is started again immediately, however
// short the last run was, and is stopped by its own down-signal. Only runsv stops the service on
// `x`; supervise waits until it is down.
// clang-format off
constexpr Verb words[] = {
    // word            job        goal                  runsv  supervise  own    waits  kills
    {"start",          Job::act,  Goal::up,             "u",   same,      same,  true},
    {"stop",           Job::act,  Goal::down,           "d",   same,      same,  true},
    {"restart",        Job::act,  restarted | Goal::up, "tcu", same,      "rcu", true},
    {"try-restart",    Job::act,  restarted,            "tc",  same,      "rc",  true},
    {"reload",         Job::act,  Goal::reloaded,       "h",   same,      "ll",  true},
    {"shutdown",       Job::act,  Goal::exited,         "x",   "dx",      same,  true},
    {"check",          Job::act,  Goal::as_wanted,      "",    same,      same,  true},
    {"force-stop",     Job::act,  Goal::down,           "d",   same,      same,  true,  true},
    {"force-restart",  Job::act,  restarted | Goal::up, "tcu", same,      "rcu", true,  true},
    {"force-reload",   Job::act,  restarted,            "tc",  same,      "rc",  true,  true},
    {"force-shutdown", Job::act,  Goal::exited,         "x",   "dx",      same,  true,  true},
    {.word = "list",    .job = Job::list,   .names_optional = true},
    {.word = "wait",    .job = Job::wait},
    {.word = "events",  .job = Job::events, .names_optional = true},
    {.word = "enable",  .job = Job::enable},
    {.word = "disable", .job = Job::disable},
    {.word = "health",  .job = Job::health, .names_optional = true},
    {.word = "upgrade", .job = Job::upgrade, .goal = Goal::upgraded, .own = "R", .waits = true,
                                            .names_optional = true},
    {.word = "log",     .job = Job::log,    .names_optional = true},
    {.word = "lint",    .job = Job::lint,   .names_optional = true},
};

// By the first letter alone: any word that begins with it, as in runit.
constexpr Verb initials[] = {
    {.word = "s", .job = Job::status, .names_optional = true},
    {"u", Job::act, Goal::up,      "u"},
    {"d", Job::act, Goal::down,    "d"},
    {"o", Job::act, Goal::once,    "o"},
    {"p", Job::act, Goal::paused,  "p"},
    {"c", Job::act, Goal::resumed, "c"},
    {"h", Job::act, Goal::none,    "h"},
    {"a", Job::act, Goal::none,    "a"},
    {"i", Job::act, Goal::none,    "i"},
    {"q", Job::act, Goal::none,    "q"},
    {"1", Job::act, Goal::none,    "1"},
    {"2", Job::act, Goal::none,    "2"},
    {"t", Job::act, Goal::again,   "t"},
    {"k", Job::act, Goal::again,   "k"},
    {"e", Job::act, Goal::exited,  "x",  "dx"},
    {"x", Job::act, Goal::exited,  "x",  "dx"},
    {"D", Job::act, Goal::down,    "d",  same, same, true, true},
    {"T", Job::act, restarted,     "tc", same, "rc", true, true},
    {"E", Job::act, Goal::exited,  "x",  "dx", same, true, true},
    {"X", Job::act, Goal::exited,  "x",  "dx", same, true, true},
};
// clang-format on

// A slip in `events`, `enable`, `disable` or `health` must not be taken for `exit`, `down` or
// `hup`.
constexpr std::string_view too_near[] = {"ev", "en", "di", "hea"};

bool is_slip(std::string_view word) {
  for (const std::string_view prefix : too_near)
    if (has_prefix(word, prefix)) return true;
  return false;
}

}  // namespace

const Verb* find_verb(std::string_view word, bool lsb) {
  for (const Verb& verb : words)
    if (verb.word == word) return lsb && verb.job != Job::act ? nullptr : &verb;
  if (word.empty() || is_slip(word)) return nullptr;
  for (const Verb& verb : initials) {
    if (verb.word.front() != word.front()) continue;
    if (verb.job == Job::status && lsb && word != "status") return nullptr;
    return &verb;
  }
  return nullptr;
}

std::string_view bytes_for(const Verb& verb, const StatusFile& status) {
  if (status.native && verb.own != nullptr) return verb.own;
  const bool called_runsv = status.called_as == CalledAs::runsv;
  return called_runsv || verb.supervise == nullptr ? verb.runsv : verb.supervise;
}

bool starts_something(const Verb& verb) { return includes(verb.goal, Goal::up | Goal::once); }

}  // namespace stoker
