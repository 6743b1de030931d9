// SPDX-License-Identifier: ISC
#include "supervise/machine.hh"

namespace stoker {

namespace {

using enum Position;

// Sets of positions, events and wants, so that one row can stand for several cases.
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
  Set<Position> in;
  Set<Event> on;
  Set<Want> with;
  Position next;
  Do actions;
  bool stay = false;  // the position does not change; `next` is not looked at
};

constexpr Set<Want> any(0xf);
constexpr Set<Want> wanted = Set(Want::up) | Want::once;
constexpr Set<Want> unwanted = Set(Want::down) | Want::exit;
// To leave when it is down does not keep a service from the run that was begun before.
constexpr Set<Want> begun = wanted | Want::exit;

constexpr Row stays(Set<Position> in, Set<Event> on, Set<Want> with, Do actions = Do::nothing) {
  return {in, on, with, down, actions, true};
}

constexpr Set<Event> choices =
    Set(Event::again) | Event::later | Event::over | Event::set_back | Event::give_up;
constexpr Set<Event> settled = choices | Event::listens;
constexpr Set<Event> scripts = Set(Event::started) | Event::not_started | Event::prepared;
constexpr Set<Event> unbegun = Set(Event::held) | Event::skipped;

// clang-format off
constexpr Do stop = Do::ask_to_stop | Do::arm_stop_timeout;
constexpr Do finish = Do::run_finish | Do::bound_exit;
constexpr Do undo = Do::run_stop | Do::bound_exit;
constexpr Do handle_exit = Do::kill_leftover_group | finish;

constexpr Row table[] = {
    // in        on                   want          next       actions
    {down,      Event::want,         wanted,       starting,  Do::reset_backoff | Do::run_start},
    {down,      Event::want,         Want::exit,   down,      Do::exit},
    stays(down, Event::want,         Want::down),

    stays(starting, Event::want,     begun),
    {starting,  Event::want,         Want::down,   stopping,  stop},
    {starting,  Event::started,      begun,        starting,  Do::run_prepare},
    {starting,  Event::prepared,     begun,        up,        Do::run_service},
    {starting,  Set(Event::started) | Event::prepared,
                                     Want::down,   undoing,   undo},
    {starting,  Event::restart,      any,          stopping,  Do::reset_backoff | stop},
    {starting,  Event::not_started,  wanted,       failed,    Do::nothing},
    {starting,  Event::not_started,  unwanted,     undoing,   undo},
    {starting,  Event::held,         wanted,       held,      Do::nothing},
    {starting,  Event::held,         unwanted,     undoing,   undo},
    {starting,  Event::listens,      wanted,       listening, Do::nothing},
    {starting,  Event::listens,      unwanted,     undoing,   undo},
    {starting,  Event::skipped,      Want::exit,   down,      Do::exit},
    {starting,  Event::skipped,      wanted | Want::down,
                                                   down,      Do::rest},
    {starting,  Event::hold,         any,          stopping,  stop},
    {starting,  Event::alarm,        any,          starting,  Do::kill},
    {starting,  Event::trouble,      any,          backoff,   Do::arm_retry},

    stays(up,   Event::want,         begun),
    {up,        Event::want,         Want::down,   stopping,  stop},
    {up,        Event::restart,      any,          stopping,  Do::reset_backoff | stop},
    {up,        Set(Event::hold) | Event::overdue,
                                     any,          stopping,  stop},
    {up,        Event::ready,        any,          ready,     Do::nothing},
    {up,        Event::withdrawn,    any,          stopping,  Do::arm_stop_timeout},
    {up,        Event::alarm,        any,          up,        Do::kill},
    {up,        Event::died,         any,          finishing, handle_exit},
    {up,        Event::trouble,      any,          backoff,   Do::arm_retry},

    stays(ready, Event::want,        begun),
    {ready,     Event::want,         Want::down,   stopping,  stop},
    {ready,     Event::restart,      any,          stopping,  Do::reset_backoff | stop},
    {ready,     Set(Event::hold) | Event::overdue,
                                     any,          stopping,  stop},
    {ready,     Event::withdrawn,    any,          stopping,  Do::arm_stop_timeout},
    {ready,     Event::died,         any,          finishing, handle_exit},
    stays(ready, Set(Event::ready) | Event::alarm, any),

    {stopping,  Event::want,         wanted,       stopping,  Do::reset_backoff},
    {stopping,  Event::want,         Want::down,   stopping,  Do::ask_to_stop},
    stays(stopping, Event::want,     Want::exit,  Do::bound_exit),
    {stopping,  scripts | Event::absent,
                                     any,          undoing,   undo},
    // The condition was asked, and nothing begun that must be undone.
    {stopping,  Event::skipped,      wanted,       starting,  Do::run_start},
    {stopping,  Event::skipped,      Want::down,   down,      Do::nothing},
    {stopping,  Event::skipped,      Want::exit,   down,      Do::exit},
    {stopping,  Event::alarm,        any,          stopping,  Do::kill},
    {stopping,  Event::died,         any,          finishing, handle_exit},
    stays(stopping, Event::ready,    any),

    {undoing,   Event::want,         wanted,       undoing,   Do::reset_backoff},
    // Where no process could be made for the stop script, that is tried at once.
    {undoing,   Event::want,         Want::down,   undoing,   Do::ask_to_stop},
    stays(undoing, Event::want,      Want::exit,  Do::bound_exit),
    {undoing,   Event::absent,       any,          undoing,   undo},
    {undoing,   Event::alarm,        any,          undoing,   Do::kill},
    {undoing,   Event::trouble,      any,          undoing,   Do::arm_retry},
    {undoing,   Event::retry,        any,          undoing,   undo},
    {undoing,   Event::undone,       wanted,       starting,  Do::run_start},
    {undoing,   Event::undone,       Want::down,   down,      Do::nothing},
    {undoing,   Event::undone,       Want::exit,   down,      Do::exit},

    {finishing, Event::want,         wanted,       finishing, Do::reset_backoff},
    // It may have been stopped by a signal.
    stays(finishing, Event::want,    unwanted,    Do::ask_to_stop | Do::bound_exit),
    {finishing, Event::finished,     any,          waiting,   Do::wait_for_empty_group},
    {finishing, Event::alarm,        any,          finishing, Do::kill},
    {finishing, Event::trouble,      any,          finishing, Do::arm_retry},
    {finishing, Event::retry,        any,          finishing, finish},

    {waiting,   Event::want,         wanted,       waiting,   Do::reset_backoff},
    stays(waiting, Event::want,      unwanted),
    {waiting,   Event::alarm,        any,          waiting,
                                     Do::kill_leftover_group | Do::wait_for_empty_group},
    {waiting,   Event::again,        wanted,       starting,  Do::run_start},
    {waiting,   Event::later,        Want::up,     backoff,   Do::arm_backoff},
    {waiting,   Event::later,        Want::once,   undoing,   Do::rest | undo},
    {waiting,   Event::over,         wanted,       undoing,   Do::rest | undo},
    {waiting,   Event::set_back,     wanted,       undoing,   undo},
    {waiting,   Event::give_up,      wanted,       failed,    Do::nothing},
    {waiting,   Event::listens,      wanted,       listening, Do::arm_backoff},
    {waiting,   settled,             unwanted,     undoing,   undo},

    {backoff,   Event::want,         wanted,       starting,  Do::reset_backoff | Do::run_start},
    {backoff,   Event::want,         unwanted,     undoing,   undo},
    {backoff,   Set(Event::alarm) | Event::retry | Event::hold,
                                     wanted,       starting,  Do::run_start},
    {backoff,   Set(Event::alarm) | Event::retry | Event::hold,
                                     unwanted,     undoing,   undo},

    {failed,    Event::want,         wanted,       starting,  Do::reset_backoff | Do::run_start},
    {failed,    Event::want,         unwanted,     undoing,   undo},

    stays(held, Event::want,         wanted,      Do::reset_backoff),
    {held,      Event::want,         unwanted,     undoing,   undo},
    {held,      Event::released,     wanted,       starting,  Do::run_start},
    {held,      Event::released,     unwanted,     undoing,   undo},
    {held,      Event::give_up,      any,          failed,    Do::nothing},

    stays(listening, Event::want,    wanted,      Do::reset_backoff),
    {listening, Event::want,         unwanted,     undoing,   undo},
    {listening, Set(Event::demand) | Event::hold,
                                     wanted,       starting,  Do::run_start},
    {listening, Set(Event::demand) | Event::hold,
                                     unwanted,     undoing,   undo},
    // It has died too soon after it was started for what had arrived; now it may be again.
    stays(listening, Event::alarm,   any),

    // Only what runs can be restarted.
    stays(Set(down) | stopping | undoing | finishing | waiting | backoff | failed | held |
                     listening,
                     Event::restart,                                                  any),
    // What stops or rests goes no further than its next start, anyway.
    stays(Set(down) | stopping | undoing | finishing | waiting | failed | held,
                     Event::hold,                                                     any),
    // Only a run can be overdue, or say that it ends.
    stays(Set(down) | starting | stopping | undoing | finishing | waiting | backoff | failed |
                     held | listening,
                     Set(Event::overdue) | Event::withdrawn,                          any),
    // It may be released early.
    stays(Set(down) | starting | up | ready | stopping | undoing | finishing | waiting | backoff |
                     failed | listening,
                     Event::released,                                                 any),

    // What cannot happen changes nothing.
    stays(down,      scripts | settled | unbegun | Event::ready | Event::died | Event::absent |
                     Event::finished | Event::undone | Event::alarm | Event::trouble |
                     Event::retry,                                                    any),
    stays(starting,  choices | Event::ready | Event::died | Event::absent | Event::finished |
                     Event::undone | Event::retry,                                    any),
    stays(up,        scripts | settled | unbegun | Event::absent | Event::finished |
                     Event::undone | Event::retry,                                    any),
    stays(ready,     scripts | settled | unbegun | Event::absent | Event::finished |
                     Event::undone | Event::trouble | Event::retry,                   any),
    stays(stopping,  settled | Event::held | Event::finished | Event::undone | Event::trouble |
                     Event::retry,                                                    any),
    stays(undoing,   scripts | settled | unbegun | Event::ready | Event::died |
                     Event::finished,                                                 any),
    stays(finishing, scripts | settled | unbegun | Event::ready | Event::died |
                     Event::absent | Event::undone,                                   any),
    stays(waiting,   scripts | unbegun | Event::ready | Event::died | Event::absent |
                     Event::finished | Event::undone | Event::trouble | Event::retry, any),
    stays(Set(backoff) | failed,
                     scripts | settled | unbegun | Event::ready | Event::died |
                     Event::absent | Event::finished | Event::undone | Event::trouble, any),
    stays(failed,    Set(Event::alarm) | Event::retry,                                any),
    stays(held,      scripts | unbegun | Event::again | Event::later | Event::over |
                     Event::set_back | Event::listens | Event::ready | Event::died | Event::absent |
                     Event::finished | Event::undone | Event::alarm | Event::trouble |
                     Event::retry,                                                    any),
    stays(listening, scripts | unbegun | settled | Event::ready | Event::died | Event::absent |
                     Event::finished | Event::undone | Event::trouble | Event::retry, any),
    stays(Set(down) | starting | up | ready | stopping | undoing | finishing | waiting | backoff |
                     failed | held,
                     Event::demand,                                                   any),
};
// clang-format on

constexpr bool applies(const Row& row, Position in, Event on, Want with) {
  return row.in.has(in) && row.on.has(on) && row.with.has(with);
}

constexpr bool every_case_has_exactly_one_row() {
  for (int in = 0; in < position_count; ++in)
    for (int on = 0; on < event_count; ++on)
      for (int with = 0; with < want_count; ++with) {
        int rows = 0;
        for (const Row& row : table)
          rows += applies(row, static_cast<Position>(in), static_cast<Event>(on),
                          static_cast<Want>(with));
        if (rows != 1) return false;
      }
  return true;
}
static_assert(every_case_has_exactly_one_row());

}  // namespace

Step step(Position position, Event event, Want want) {
  for (const Row& row : table)
    if (applies(row, position, event, want)) return {row.stay ? position : row.next, row.actions};
  return {position, Do::nothing};
}

}  // namespace stoker
