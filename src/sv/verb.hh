// SPDX-License-Identifier: ISC
// The commands of sv(8) as data.
#pragma once
#include <string_view>

#include "base/text.hh"
#include "service/status.hh"

namespace stoker {

enum class Job : uint8_t { act, status, list, wait, events, enable, disable, upgrade, log, health };

struct Verb {
  std::string_view word;
  Job job = Job::act;
  // What is to become true, a letter each (goal.hh). They are what a runsv is sent.
  std::string_view letters = {};
  bool waits = false;  // until it is so; otherwise only if asked for
  bool kills = false;  // when the time is over
};

// Two letters that are goals only.
constexpr char goal_checked = 'C';  // is it as it is wanted? Nothing is sent
constexpr char goal_reloaded = 'l';
constexpr char goal_upgraded = 'R';

// The verb for a word as it is typed. Most are known by their first letter. Null
// where there is none; `lsb` is how an init script is called.
const Verb* find_verb(std::string_view word, bool lsb);

// What to write to the control FIFO of a supervisor with this status.
Text<8> letters_for(const Verb& verb, const StatusFile& status);

// Does it make a service start that does not run?
bool starts_something(const Verb& verb);

}  // namespace stoker
