// SPDX-License-Identifier: ISC
#include "supervise/machine.hh"

namespace stoker {

namespace {

using enum State;

// Sets of states, events and wants, so that one row can stand for several cases.
template <typename Enum>
struct Set {
  uint32_t bits;
  constexpr Set(Enum one) : bits(1U << static_cast<int>(one)) {}
  constexpr explicit Set(uint32_t all) : bits(all) {}
  constexpr bool has(Enum one) const { return (bits & 1U << static_cast<int>(one)) != 0; }
};
template <typename Enum>
constexpr Set<Enum> operator|(Set<Enum> one, Set<Enum> other) {
  return Set<Enum>(one.bits | other.bits);
}
template <typename Enum>
constexpr Set<Enum> operator|(Set<Enum> one, Enum other) {
  return one | Set<Enum>(other);
}

struct Row {
  Set<State> in;
  Set<Event> on;
  Set<Want> with;
  State next;
  Do actions;
  bool stay = false;  // the state does not change; `next` is not looked at
};

constexpr Set<Want> any(0xf);
constexpr Set<Want> wanted = Set(Want::up) | Want::once;
constexpr Set<Want> unwanted = Set(Want::down) | Want::exit;
// To leave when it is down does not keep a service from the run that was begun before.
constexpr Set<Want> begun = wanted | Want::exit;

constexpr Row stays(Set<State> in, Set<Event> on, Set<Want> with, Do actions = Do::nothing) {
  return {in, on, with, down, actions, true};
}

constexpr Set<Event> settled = Set(Event::again) | Event::later | Event::over | Event::give_up;
constexpr Set<Event> scripts = Set(Event::started) | Event::not_started | Event::prepared;

// clang-format off
constexpr Row table[] = {
    // in        on                   want          next       actions
    {down,      Event::want,         wanted,       starting,  Do::reset_backoff | Do::run_start},
    {down,      Event::want,         Want::exit,  down,      Do::exit},
    stays(down, Event::want,         Want::down),

    stays(starting, Event::want,     Set(Want::up) | Want::once | Want::exit),
    {starting,  Event::want,         Want::down,   stopping,  Do::ask_to_stop | Do::arm_stop_timeout},
    {starting,  Event::started,      begun,        starting,  Do::run_prepare},
    {starting,  Event::prepared,     begun,        up,        Do::run_service},
    {starting,  Set(Event::started) | Event::prepared,
                                     Want::down,   stopping,  Do::run_stop},
    {starting,  Event::not_started,  wanted,       failed,    Do::nothing},
    {starting,  Event::not_started,  unwanted,     stopping,  Do::run_stop},
    {starting,  Event::alarm,        any,          starting,  Do::kill},
    {starting,  Event::trouble,      any,          backoff,   Do::arm_retry},

    stays(up,   Event::want,         Set(Want::up) | Want::once | Want::exit),
    {up,        Event::want,         Want::down,   stopping,  Do::ask_to_stop | Do::arm_stop_timeout},
    {up,        Event::restart,      any,          stopping,
                                     Do::reset_backoff | Do::ask_to_stop | Do::arm_stop_timeout},
    {up,        Event::ready,        any,          ready,     Do::nothing},
    {up,        Event::alarm,        any,          up,        Do::kill},
    {up,        Event::died,         any,          finishing, Do::kill_leftover_group | Do::run_finish},
    {up,        Event::trouble,      any,          backoff,   Do::arm_retry},

    stays(ready, Event::want,        Set(Want::up) | Want::once | Want::exit),
    {ready,     Event::want,         Want::down,   stopping,  Do::ask_to_stop | Do::arm_stop_timeout},
    {ready,     Event::restart,      any,          stopping,
                                     Do::reset_backoff | Do::ask_to_stop | Do::arm_stop_timeout},
    {ready,     Event::died,         any,          finishing, Do::kill_leftover_group | Do::run_finish},
    stays(ready, Set(Event::ready) | Event::alarm, any),

    {stopping,  Event::want,         wanted,       stopping,  Do::reset_backoff},
    {stopping,  Event::want,         Want::down,   stopping,  Do::ask_to_stop},
    stays(stopping, Event::want,     Want::exit),
    {stopping,  scripts | Event::absent,
                                     any,          stopping,  Do::run_stop},
    {stopping,  Event::alarm,        any,          stopping,  Do::kill},
    {stopping,  Event::died,         any,          finishing, Do::kill_leftover_group | Do::run_finish},
    {stopping,  Event::trouble,      any,          stopping,  Do::arm_retry},
    {stopping,  Event::retry,        any,          stopping,  Do::run_stop},
    {stopping,  Event::undone,       wanted,       starting,  Do::run_start},
    {stopping,  Event::undone,       Want::down,   down,      Do::nothing},
    {stopping,  Event::undone,       Want::exit,  down,      Do::exit},
    stays(stopping, Event::ready,    any),

    {finishing, Event::want,         wanted,       finishing, Do::reset_backoff},
    stays(finishing, Event::want,    unwanted),
    {finishing, Event::finished,     any,          waiting,   Do::wait_for_empty_group},
    {finishing, Event::alarm,        any,          finishing, Do::kill},
    {finishing, Event::trouble,      any,          finishing, Do::arm_retry},
    {finishing, Event::retry,        any,          finishing, Do::run_finish},

    {waiting,   Event::want,         wanted,       waiting,   Do::reset_backoff},
    stays(waiting, Event::want,      unwanted),
    {waiting,   Event::alarm,        any,          waiting,   Do::kill_leftover_group | Do::wait_for_empty_group},
    {waiting,   Event::again,        wanted,       starting,  Do::run_start},
    {waiting,   Event::later,        Want::up,     backoff,   Do::arm_backoff},
    {waiting,   Event::later,        Want::once,   stopping,  Do::rest | Do::run_stop},
    {waiting,   Event::over,         wanted,       stopping,  Do::rest | Do::run_stop},
    {waiting,   Event::give_up,      wanted,       failed,    Do::nothing},
    {waiting,   settled,             unwanted,     stopping,  Do::run_stop},

    {backoff,   Event::want,         wanted,       starting,  Do::reset_backoff | Do::run_start},
    {backoff,   Event::want,         unwanted,     stopping,  Do::run_stop},
    {backoff,   Set(Event::alarm) | Event::retry,
                                     wanted,       starting,  Do::run_start},
    {backoff,   Set(Event::alarm) | Event::retry,
                                     unwanted,     stopping,  Do::run_stop},

    {failed,    Event::want,         wanted,       starting,  Do::reset_backoff | Do::run_start},
    {failed,    Event::want,         unwanted,     stopping,  Do::run_stop},

    // Only what runs can be restarted.
    stays(Set(down) | starting | stopping | finishing | waiting | backoff | failed,
                     Event::restart,                                                  any),

    // What cannot happen changes nothing.
    stays(down,      scripts | settled | Event::ready | Event::died | Event::absent |
                     Event::finished | Event::undone | Event::alarm | Event::trouble |
                     Event::retry,                                                    any),
    stays(starting,  settled | Event::ready | Event::died | Event::absent | Event::finished |
                     Event::undone | Event::retry,                                    any),
    stays(up,        scripts | settled | Event::absent | Event::finished | Event::undone |
                     Event::retry,                                                    any),
    stays(ready,     scripts | settled | Event::absent | Event::finished | Event::undone |
                     Event::trouble | Event::retry,                                   any),
    stays(stopping,  settled | Event::finished,                                       any),
    stays(finishing, scripts | settled | Event::ready | Event::died | Event::absent |
                     Event::undone,                                                   any),
    stays(waiting,   scripts | Event::ready | Event::died | Event::absent | Event::finished |
                     Event::undone | Event::trouble | Event::retry,                   any),
    stays(Set(backoff) | failed,
                     scripts | settled | Event::ready | Event::died | Event::absent |
                     Event::finished | Event::undone | Event::trouble,                any),
    stays(failed,    Set(Event::alarm) | Event::retry,                                any),
};
// clang-format on

constexpr bool applies(const Row& row, State in, Event on, Want with) {
  return row.in.has(in) && row.on.has(on) && row.with.has(with);
}

constexpr bool every_case_has_exactly_one_row() {
  for (int in = 0; in < state_count; ++in)
    for (int on = 0; on < event_count; ++on)
      for (int with = 0; with < want_count; ++with) {
        int rows = 0;
        for (const Row& row : table)
          rows +=
              applies(row, static_cast<State>(in), static_cast<Event>(on), static_cast<Want>(with));
        if (rows != 1) return false;
      }
  return true;
}
static_assert(every_case_has_exactly_one_row());

}  // namespace

Step step(State state, Event event, Want want) {
  for (const Row& row : table)
    if (applies(row, state, event, want)) return {row.stay ? state : row.next, row.actions};
  return {state, Do::nothing};
}

}  // namespace stoker
