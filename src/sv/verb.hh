// SPDX-License-Identifier: ISC
// The commands of sv(8) as data.
#pragma once
#include <span>
#include <string_view>

#include "base/text.hh"
#include "client/goal.hh"
#include "service/status.hh"

namespace stoker {

// `act` sends bytes to supervisors; every other job has a function in sv.hh.
enum class VerbJob : uint8_t {
  act,
  status,
  list,
  wait,
  events,
  emit,
  enable,
  disable,
  upgrade,
  log,
  health,
  lint,
  isolate,
  history,
  tree,
  graph,
  blame,
  chain,
  plot,
  set,
  top,
  complete,
  cat,
  create,
  mask,
  unmask,
  reset,
  edit,
  run,
  attach,
  metrics,
  show
};

struct Verb {
  std::string_view word;
  std::string_view help;  // what it does; empty: not shown
  VerbJob job = VerbJob::act;
  Goal goal = Goal::none;
  const char* runsv = "";           // the bytes for a supervisor called runsv
  const char* supervise = nullptr;  // … called supervise; null: the same
  const char* own = nullptr;        // … of Stoker under either name; null: as the name says
  bool waits = false;               // until the goal is reached; otherwise only on request
  bool kills = false;               // when the time is over
  bool names_optional = false;      // without a name, it applies to all services
};

// How a command is carried out among services that stand in an order.
enum class Manner : uint8_t {
  plain,     // at once; what depends on the service follows
  in_order,  // when what depends on the service has stopped
  alone,     // whatever others do
};

std::span<const Verb> all_verbs();

// The verb for a word as it is typed: the word, a beginning that only one word has, or a letter of
// runit. Null if there is none; `lsb`: called as an init script.
const Verb* find_verb(std::string_view word, bool lsb);

// The bytes to write to the control FIFO of a supervisor with this status.
std::string_view bytes_for(const Verb& verb, const StatusFile& status);

// The same with what the manner puts before each letter that it concerns.
Text<16> letters_for(std::string_view bytes, Manner manner);

// The same for the whole process group, or the control group, of the service: for pause and
// continue; null for others.
const Verb* verb_for_all(const Verb& verb);

// Does it start a service that is down?
bool starts_something(const Verb& verb);
// Does a masked service refuse it, since it could start it?
bool is_refused_by_mask(const Verb& verb);
// Does it ask a supervisor to stop its service, if only to start it again?
bool stops_something(const Verb& verb);

}  // namespace stoker
