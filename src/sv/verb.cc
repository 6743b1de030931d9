// SPDX-License-Identifier: ISC
#include "sv/verb.hh"

#include "base/parse.hh"
#include "service/control.hh"

namespace stoker {

namespace {

// clang-format off
constexpr Verb words[] = {
    // word            job            letters  waits  kills
    {"start",          Job::act,      "u",     true},
    {"stop",           Job::act,      "d",     true},
    {"restart",        Job::act,      "tcu",   true},
    {"try-restart",    Job::act,      "tc",    true},
    {"reload",         Job::act,      "l",     true},
    {"shutdown",       Job::act,      "x",     true},
    {"check",          Job::act,      "C",     true},
    {"force-stop",     Job::act,      "d",     true,  true},
    {"force-restart",  Job::act,      "tcu",   true,  true},
    {"force-reload",   Job::act,      "tc",    true,  true},
    {"force-shutdown", Job::act,      "x",     true,  true},
    {"list",           Job::list},
    {"wait",           Job::wait},
    {"events",         Job::events},
    {"enable",         Job::enable},
    {"disable",        Job::disable},
    {"health",         Job::health},
    {"upgrade",        Job::upgrade,  "R",     true},
    {"log",            Job::log},
};

// By the first letter alone: any word that begins so, as runit has it.
constexpr Verb initials[] = {
    {"s", Job::status},
    {"u", Job::act, "u"}, {"d", Job::act, "d"}, {"o", Job::act, "o"},
    {"p", Job::act, "p"}, {"c", Job::act, "c"}, {"h", Job::act, "h"},
    {"a", Job::act, "a"}, {"i", Job::act, "i"}, {"q", Job::act, "q"},
    {"1", Job::act, "1"}, {"2", Job::act, "2"}, {"t", Job::act, "t"},
    {"k", Job::act, "k"}, {"e", Job::act, "x"}, {"x", Job::act, "x"},
    {"D", Job::act, "d",  true, true},
    {"T", Job::act, "tc", true, true},
    {"E", Job::act, "x",  true, true},
    {"X", Job::act, "x",  true, true},
};
// clang-format on

// So a slip in `events`, `enable`, `disable` or `health` is not taken for `exit`, `down` or
// `hangup`.
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

Text<8> letters_for(const Verb& verb, const StatusFile& status) {
  if (verb.letters == std::string_view(&goal_checked, 1)) return {};
  if (verb.letters == std::string_view(&goal_reloaded, 1))
    return Text<8>(status.native ? reload_letters : "h");
  // To another suite's supervisor the letter means nothing.
  if (verb.letters == std::string_view(&goal_upgraded, 1) && !status.native) return {};
  // Only runsv stops the service on `x`; others wait until it is down.
  if (verb.letters == "x" && status.called_as == CalledAs::supervise) return Text<8>("dx");
  // Our own supervisor knows what a restart is: it starts again at once, however short
  // the last run was, and asks with the service's own down-signal.
  Text<8> letters;
  const bool restarts = has_prefix(verb.letters, "tc") && status.native;
  letters.append(restarts ? letter::restart : verb.letters.front());
  for (size_t at = 1; at < verb.letters.size(); ++at) letters.append(verb.letters[at]);
  return letters;
}

bool starts_something(const Verb& verb) {
  return verb.letters.find('u') != std::string_view::npos || verb.letters == "o";
}

}  // namespace stoker
