// SPDX-License-Identifier: ISC
#include "plan/part.hh"

namespace stoker {

bool Part::runs() const {
  if (!is_known()) return standing == Standing::unsure;
  if (is_active(facts.state) || has(unconfirmed)) return true;
  return has(in_flight) && last == OrderAction::release;
}

bool Part::is_ready() const {
  const bool stops = has(in_flight) && (last == OrderAction::go || last == OrderAction::hold);
  return is_known() && serves(facts.state) && !has(leaving) && !stops;
}

bool Part::is_lost() const {
  if (!is_known()) return standing != Standing::unsure;
  return !serves(facts.state);
}

bool Part::is_settled() const {
  switch (standing) {
  case Standing::absent:
  case Standing::hopeless: return true;
  case Standing::resting:
  case Standing::unsure: return has(missing);
  case Standing::known: break;
  }
  if (has(missing) || (is_unwanted() && !has(start_sent))) return true;
  return serves(facts.state) || facts.state == State::failed || has(stuck);
}

bool Part::is_coming() const {
  if (is_settled()) return false;
  if (!is_known() || has(start_sent)) return true;
  return is_wanted() && (!is_asked() || facts.order.asked == Asked::restart);
}

bool Part::is_dead() const {
  if (!is_known()) return standing == Standing::absent || standing == Standing::hopeless;
  if (facts.state == State::failed || has(stuck)) return true;
  return is_unwanted() && !has(start_sent);
}

// What was released would start again.
bool Part::needs_start() const {
  if (is_held()) return !asks();
  return facts.want == Want::down && facts.state != State::failed;
}

bool Part::heads_for_held() const {
  const State state = facts.state;
  const bool is_ending =
      state == State::stopping || state == State::finishing || state == State::waiting;
  return is_ending && is_wanted() && !facts.order.released;
}

bool Part::leaves_by_itself() const {
  if (!runs()) return false;
  if (has(missing) || is_asked()) return true;
  if (facts.order.alone || !is_active(facts.state)) return false;
  return facts.want == Want::down || facts.state == State::stopping;
}

bool Part::leaves_to_return() const {
  if (has(missing)) return false;
  if (is_asked()) return facts.order.asked == Asked::restart;
  return is_wanted() && facts.state == State::stopping;
}

// A supervisor of an earlier version gives no number.
bool Part::runs_anew() const {
  if (facts.run == 0 || last_run == 0 || facts.run == last_run) return false;
  return facts.number == 0 || facts.number != last_number;
}

void Part::note_run() {
  if (facts.run == 0) return;
  last_run = facts.run;
  last_number = facts.number;
}

void Part::forget_action() {
  for (const Flag flag : {quiet, wants_retry, start_sent, ask_sent}) clear(flag);
  repeats = 0;
  // It may do that yet.
  if (!has(in_flight)) last = OrderAction::nothing;
}

uint16_t face_of(const Part& part) {
  const auto bit = [](unsigned face, bool truth) { return truth ? face : 0; };
  return static_cast<uint16_t>(
      bit(face::ready, part.is_ready()) | bit(face::lost, part.is_lost()) |
      bit(face::settled, part.is_settled()) | bit(face::coming, part.is_coming()) |
      bit(face::runs, part.runs()) | bit(face::leaving, part.has(Part::leaving)) |
      bit(face::dead, part.is_dead()) | bit(face::asks, part.asks()) |
      bit(face::asked, part.is_asked()) | bit(face::returns, part.leaves_to_return()) |
      bit(face::stopping, part.facts.state == State::stopping || !part.is_wanted()));
}

}  // namespace stoker
