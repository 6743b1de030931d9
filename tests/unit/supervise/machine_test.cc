// SPDX-License-Identifier: ISC
#include "supervise/machine.hh"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using enum Position;

template <typename Enum>
std::vector<Enum> all_of(int count) {
  std::vector<Enum> all;
  for (int i = 0; i < count; ++i) all.push_back(static_cast<Enum>(i));
  return all;
}
const auto all_positions = all_of<Position>(position_count);
const auto all_events = all_of<Event>(event_count);
const auto all_wants = all_of<Want>(want_count);

bool is_up(Position position) { return stoker::is_up(state_of(position)); }
bool is_stopping(Position position) { return state_of(position) == State::stopping; }
constexpr bool wanted(Want want) { return want == Want::up || want == Want::once; }

bool has_any(Do set, Do some) { return has(set, some); }
constexpr Do undo = Do::run_stop | Do::bound_exit;
constexpr Do handle_exit = Do::kill_leftover_group | Do::run_finish | Do::bound_exit;
constexpr Do processes =
    Do::run_start | Do::run_prepare | Do::run_service | Do::run_finish | Do::run_stop;

// Feeds events to the table and keeps the state.
struct Player {
  Position state = down;
  Want want = Want::up;
  Do on(Event event) {
    const Step decided = step(state, event, want);
    state = decided.next;
    return decided.actions;
  }
  Do wants(Want again) {
    want = again;
    return on(Event::want);
  }
  // Up and running, as by the events of a service without any scripts.
  static Player running() {
    Player service;
    service.wants(Want::up);
    service.on(Event::started);
    service.on(Event::prepared);
    return service;
  }
  // Dead, and finished.
  static Player dead() {
    Player service = running();
    service.on(Event::died);
    service.on(Event::finished);
    return service;
  }
};

}  // namespace

TEST_CASE("a service that is wanted is prepared, then run") {
  Player service;
  CHECK(service.wants(Want::up) == (Do::reset_backoff | Do::run_start));
  CHECK(service.state == starting);
  CHECK(service.on(Event::started) == Do::run_prepare);
  CHECK(service.on(Event::prepared) == Do::run_service);
  CHECK(service.state == up);
  CHECK(service.on(Event::ready) == Do::nothing);
  CHECK(service.state == ready);
}

TEST_CASE("a service that dies is finished, then started again after a pause") {
  Player service = Player::running();
  CHECK(service.on(Event::died) == handle_exit);
  CHECK(service.state == finishing);
  CHECK(service.on(Event::finished) == Do::wait_for_empty_group);
  CHECK(service.state == waiting);
  CHECK(service.on(Event::later) == Do::arm_backoff);
  CHECK(service.state == backoff);
  CHECK(service.on(Event::alarm) == Do::run_start);
  CHECK(service.state == starting);
}

TEST_CASE("a service that must stop is asked, killed after the timeout, and finished") {
  Player service = Player::running();
  CHECK(service.wants(Want::down) == (Do::ask_to_stop | Do::arm_stop_timeout));
  CHECK(service.state == stopping);
  CHECK(service.on(Event::alarm) == Do::kill);
  CHECK(service.on(Event::died) == handle_exit);
  CHECK(service.on(Event::finished) == Do::wait_for_empty_group);
  CHECK(service.on(Event::later) == undo);
  CHECK(service.on(Event::undone) == Do::nothing);
  CHECK(service.state == down);
}

TEST_CASE("a leftover group is killed again when its time is over") {
  Player service = Player::dead();
  CHECK(service.on(Event::alarm) == (Do::kill_leftover_group | Do::wait_for_empty_group));
  CHECK(service.state == waiting);
}

TEST_CASE("a service that has failed stays down until it is wanted again") {
  Player service = Player::dead();
  CHECK(service.on(Event::give_up) == Do::nothing);
  CHECK(service.state == failed);
  for (const Event event : all_events)
    if (event != Event::want) CHECK(step(failed, event, Want::up) == Step{failed, Do::nothing});
  CHECK(has(service.wants(Want::up), Do::run_start));
}

TEST_CASE("up during backoff starts at once") {
  Player service = Player::dead();
  service.on(Event::later);
  CHECK(service.wants(Want::up) == (Do::reset_backoff | Do::run_start));
}

TEST_CASE("a service that ran once stays down") {
  Player service = Player::running();
  service.wants(Want::once);
  service.on(Event::died);
  service.on(Event::finished);
  CHECK(service.on(Event::over) == (Do::rest | undo));
}

TEST_CASE("a restart asks the process to stop, and counts as a new request") {
  Player service = Player::running();
  CHECK(service.on(Event::restart) == (Do::reset_backoff | Do::ask_to_stop | Do::arm_stop_timeout));
  CHECK(service.state == stopping);
  service.on(Event::died);
  service.on(Event::finished);
  CHECK(service.on(Event::again) == Do::run_start);
  // A start script is ended and undone.
  CHECK(has(service.on(Event::restart), Do::ask_to_stop));
  CHECK(service.on(Event::not_started) == undo);
}

TEST_CASE("a oneshot is undone by its stop script, since there is no process to ask") {
  Player service = Player::running();
  service.on(Event::ready);
  service.wants(Want::down);
  CHECK(service.on(Event::absent) == undo);
  service.on(Event::undone);
  CHECK(service.state == down);
}

TEST_CASE("down while the start script runs ends it, and undoes it") {
  Player service;
  service.wants(Want::up);
  CHECK(service.wants(Want::down) == (Do::ask_to_stop | Do::arm_stop_timeout));
  CHECK(service.state == stopping);
  CHECK(service.on(Event::alarm) == Do::kill);
  CHECK(service.on(Event::not_started) == undo);
  service.on(Event::undone);
  CHECK(service.state == down);
}

TEST_CASE("once and exit together still run the service once") {
  Player service;
  service.wants(Want::once);
  service.wants(Want::exit);
  CHECK(service.on(Event::started) == Do::run_prepare);
  CHECK(service.on(Event::prepared) == Do::run_service);
  service.on(Event::died);
  service.on(Event::finished);
  service.on(Event::over);
  CHECK(service.on(Event::undone) == Do::exit);
}

TEST_CASE("after any event") {
  const Position in = GENERATE(from_range(all_positions));
  const Event on = GENERATE(from_range(all_events));
  const Want want = GENERATE(from_range(all_wants));
  const auto [next, actions] = step(in, on, want);
  CAPTURE(static_cast<int>(in), static_cast<int>(on), word(want));

  SECTION("a start script is started only for a wanted service") {
    if (has(actions, Do::run_start)) CHECK(wanted(want));
  }
  SECTION("a service is started only if down is not wanted") {
    if (has(actions, Do::run_service)) CHECK(want != Want::down);
  }
  SECTION("nothing is both killed and started") {
    if (has(actions, Do::kill)) CHECK_FALSE(has_any(actions, processes));
  }
  SECTION("at most one process is started at a time") {
    int begun = 0;
    for (const Do one : {Do::run_start, Do::run_prepare, Do::run_service, Do::run_finish,
                         Do::run_stop, Do::wait_for_empty_group})
      begun += has(actions, one);
    CHECK(begun <= 1);
  }
  SECTION("the supervisor exits only on request, when everything is down") {
    if (has(actions, Do::exit)) CHECK((want == Want::exit && next == down));
  }
  SECTION("a run starts only in the state up") {
    CHECK(has(actions, Do::run_service) == (next == up && in != up));
  }
  SECTION("a running process is not started again") {
    if (is_up(in) && is_up(next)) CHECK_FALSE(has_any(actions, processes));
  }
  SECTION("only a running process is asked to stop") {
    if (has(actions, Do::ask_to_stop))
      CHECK((is_up(in) || in == starting || is_stopping(in) || in == finishing));
  }
}

// The table against every world that its actions can lead to: what runs at the moment,
// and so what can happen next.
namespace {

enum class Busy { nothing, absent, start, prepare, run, finish, stop, settling, timer };

struct World {
  Position state = down;
  Want want = Want::down;
  Busy busy = Busy::nothing;
  bool left = false;
  auto operator<=>(const World&) const = default;
};

bool second_process = false;  // something was begun while something else ran

void happen(World world, Event event, std::vector<World>& out);

void begin(World world, Busy what, std::vector<World>& out) {
  second_process = second_process || world.busy != Busy::nothing;
  world.busy = what;
  out.push_back(world);
  if (what == Busy::settling) return;
  world.busy = Busy::nothing;
  happen(world, Event::trouble, out);
  // A oneshot is ready without a process.
  if (what == Busy::run) happen(world, Event::ready, out);
}

void happen(World world, Event event, std::vector<World>& out) {
  const Step decided = step(world.state, event, world.want);
  const Do actions = decided.actions;
  // Deadlines belong to a state.
  if (decided.next != world.state && world.busy == Busy::timer) world.busy = Busy::nothing;
  world.state = decided.next;
  if (has(actions, Do::rest)) world.want = Want::down;
  if (has(actions, Do::exit)) world.left = true;
  if (has(actions, Do::ask_to_stop) && world.busy == Busy::nothing) world.busy = Busy::absent;
  if (has(actions, Do::arm_retry) || has(actions, Do::arm_backoff)) world.busy = Busy::timer;
  const std::map<Do, Busy> kinds = {
      {Do::run_start, Busy::start}, {Do::run_prepare, Busy::prepare},
      {Do::run_service, Busy::run}, {Do::run_finish, Busy::finish},
      {Do::run_stop, Busy::stop},   {Do::wait_for_empty_group, Busy::settling}};
  for (const auto& [action, busy] : kinds)
    if (has(actions, action)) return begin(world, busy, out);
  out.push_back(world);
}

std::vector<Event> possible(const World& world) {
  switch (world.busy) {
  case Busy::nothing:
    return world.state == held ? std::vector{Event::released, Event::give_up}
                               : std::vector<Event>{};
  case Busy::absent: return {Event::absent};
  case Busy::start:
    // Whether it is held shows before anything runs.
    if (world.state != starting) return {Event::started, Event::not_started, Event::skipped};
    return {Event::started, Event::not_started, Event::skipped, Event::held};
  case Busy::prepare: return {Event::prepared};
  case Busy::run: return {Event::ready, Event::died};
  case Busy::finish: return {Event::finished};
  case Busy::stop: return {Event::undone};
  case Busy::settling:
    if (world.want == Want::once) return {Event::again, Event::over, Event::give_up};
    return {Event::again, Event::later, Event::over, Event::set_back, Event::give_up};
  case Busy::timer:
    return {is_stopping(world.state) || world.state == finishing ? Event::retry : Event::alarm};
  }
  return {};
}

std::vector<World> natural_next(World world) {
  std::vector<World> out;
  for (const Event event : possible(world)) {
    World after = world;
    const bool goes_on = event == Event::ready;
    if (!goes_on) after.busy = Busy::nothing;
    happen(after, event, out);
  }
  return out;
}

std::vector<World> next_by_user(const World& world) {
  std::vector<World> out;
  for (const Want want : all_wants) {
    World after = world;
    after.want = want;
    happen(after, Event::want, out);
  }
  happen(world, Event::restart, out);
  happen(world, Event::hold, out);
  return out;
}

std::set<World> reachable(std::set<World> from, bool with_user) {
  std::vector<World> open(from.begin(), from.end());
  while (!open.empty()) {
    const World world = open.back();
    open.pop_back();
    if (world.left) continue;
    std::vector<World> next = natural_next(world);
    if (with_user)
      for (const World& one : next_by_user(world)) next.push_back(one);
    for (const World& one : next)
      if (from.insert(one).second) open.push_back(one);
  }
  return from;
}

// The worlds right after a change of want, from any state.
std::set<World> after_wanting(const std::set<World>& worlds, Want want) {
  std::set<World> after;
  for (World world : worlds) {
    if (world.left) continue;
    world.want = want;
    std::vector<World> out;
    happen(world, Event::want, out);
    after.insert(out.begin(), out.end());
  }
  return after;
}

template <typename Goal>
bool leads_to(const World& world, Goal goal) {
  const auto all = reachable({world}, false);
  return std::any_of(all.begin(), all.end(), goal);
}

}  // namespace

TEST_CASE("in every sequence that the table allows") {
  second_process = false;
  const std::set<World> worlds = reachable({World{}}, true);
  REQUIRE(worlds.size() > 50);

  SECTION("there are never two processes") { CHECK_FALSE(second_process); }

  SECTION("an event is still expected, unless the service rests") {
    for (const World& world : worlds) {
      const bool rests = world.state == down || world.state == failed || world.state == ready;
      CAPTURE(static_cast<int>(world.state), word(world.want), static_cast<int>(world.busy));
      CHECK((rests || world.left || !possible(world).empty()));
    }
  }

  SECTION("nothing runs when it is down or failed, or when the supervisor exits") {
    for (const World& world : worlds)
      if (world.state == down || world.state == failed || world.state == held || world.left)
        CHECK(world.busy == Busy::nothing);
  }

  SECTION("a run that is asked to stop and a stop script exclude each other") {
    for (const World& world : worlds) {
      if (world.state == stopping) CHECK(world.busy != Busy::stop);
      if (world.state == undoing)
        CHECK(
            (world.busy == Busy::stop || world.busy == Busy::absent || world.busy == Busy::timer));
    }
  }

  SECTION("a service that gets down ends there, and nothing is started on the way") {
    const auto starts = [](const World& one) {
      return one.busy == Busy::start || one.busy == Busy::prepare || one.busy == Busy::run;
    };
    for (const World& world : after_wanting(worlds, Want::down)) {
      CAPTURE(static_cast<int>(world.state), static_cast<int>(world.busy));
      CHECK(leads_to(world, [](const World& end) { return end.state == down; }));
      if (!starts(world)) CHECK_FALSE(leads_to(world, starts));
    }
  }

  SECTION("a service that gets up starts again, also from failure") {
    for (const World& world : after_wanting(worlds, Want::up)) {
      CAPTURE(static_cast<int>(world.state), static_cast<int>(world.busy));
      CHECK(world.state != failed);
      CHECK(leads_to(world, [](const World& end) { return is_up(end.state); }));
    }
  }

  SECTION("down and exit make the supervisor exit") {
    for (const World& world : after_wanting(after_wanting(worlds, Want::down), Want::exit)) {
      CAPTURE(static_cast<int>(world.state), static_cast<int>(world.busy));
      CHECK(leads_to(world, [](const World& end) { return end.left; }));
    }
  }
}
