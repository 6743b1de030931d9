// SPDX-License-Identifier: ISC
#include "client/view.hh"

#include <algorithm>
#include <chrono>

#include "base/duration.hh"
#include "base/json.hh"
#include "base/lines.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/control_group.hh"
#include "service/group_tree.hh"
#include "service/late_kill.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// Terminals know those of ISO 8859 as a byte, which is no UTF-8, or as the code point.
bool is_control(std::string_view character) {
  const auto last = static_cast<unsigned char>(character.back());
  const bool upper = last >= 0x80 && last < 0xa0;
  if (character.size() == 1) return last < ' ' || last == 127 || upper;
  return character.size() == 2 && character.front() == '\xc2' && upper;
}

bool is_done(const View& view) {
  return view.own != nullptr && view.own->oneshot && is_up(view.own->state);
}

bool is_in_cycle(const View& view) {
  return view.own != nullptr && view.own->reason == Reason::cycle;
}

void append_normally(Page& page, const View& view, bool up) {
  if (view.masked) return page.append(", masked");
  if (up == view.down_file) page.append(up ? ", normally down" : ", normally up");
}

void append_runit_suffixes(Page& page, const View& view) {
  const RunitStatus& runit = view.runit;
  const bool up = is_running(view);
  append_normally(page, view, up);
  if (up && runit.paused) page.append(", paused");
  if (!up && runit.want == 'u') page.append(", want up");
  if (up && runit.want == 'd') page.append(", want down");
  if (up && runit.got_term) page.append(", got TERM");
}

// Does runit's line lack the reason, in a state that runit knows?
bool ended_badly(const ServiceStatus& own) {
  if (own.reason == Reason::exited) return own.exit_code != 0;
  return own.reason != Reason::none && own.reason != Reason::stopped &&
         own.reason != Reason::masked;
}

// Does it not become ready because its check cannot be executed?
bool is_unchecked(const ServiceStatus& own) {
  return own.state == State::up && own.error != 0 && own.reason != Reason::not_stopped &&
         own.reason != Reason::cannot_execute && own.reason != Reason::out_of_memory;
}

void append_own_suffix(Page& page, const View& view) {
  const ServiceStatus& own = *view.own;
  switch (own.state) {
  case State::down:
    if (ended_badly(own)) page.append(", ", reason_text(own).view());
    return;
  case State::up:
    page.append(own.oneshot ? ", done" : ", not ready");
    if (is_unchecked(own)) page.append(": ", reason_text(own).view());
    return;
  case State::ready:
    if (own.oneshot) page.append(", done");
    if (!ailment_of(view).empty()) page.append(", ", ailment_of(view).view());
    return;
  case State::stopping:
  case State::finishing:
    if (own.reason == Reason::unhealthy)
      page.append(", ", word(own.state), ": ", reason_text(own).view());
    else if (view.runit.pid == 0)
      page.append(", ", word(own.state));
    return;
  case State::backoff:
  case State::failed: {
    const Cell reason = reason_text(own, view.now);
    page.append(", ", word(own.state));
    if (!reason.empty()) page.append(": ", reason.view());
    return;
  }
  case State::held:
    if (view.hold.empty()) page.append(", ", word(own.state));
    return;
  case State::listening:
    if (view.sockets.empty()) page.append(", ", word(own.state));
    return;
  case State::starting:
  case State::waiting: page.append(", ", word(own.state)); return;
  }
}

// Like what the service would print, so it comes last and in quotation marks.
void append_said(Page& page, const Said& said) {
  if (said.reloading) page.append(", reloading");
  if (said.error != 0) page.append(", error ", said.error, " (", error_text(said.error), ")");
  if (said.ignored > 0)
    page.append(", ", said.ignored, said.ignored == 1 ? " message" : " messages",
                " of others ignored");
  if (!said.text.empty()) page.append(", says \"", said.text.view(), "\"");
}

void append_late_kill(Cell& text, const LateKill& kill) {
  constexpr std::string_view whose[] = {"", "start ", "finish ", "stop "};
  text.append(whose[static_cast<size_t>(kill.who)], "killed after ", seconds_text(kill.waited));
  if (kill.who == LateKill::Who::finish || kill.who == LateKill::Who::stop) return;
  text.append(": did not stop on ");
  const std::string_view name = signal_name(kill.signal);
  if (kill.signal == 0)
    text.append(layout::control_scripts, "/t");
  else if (name.empty())
    text.append("signal ", kill.signal);
  else
    text.append(name);
}

// "listening on tcp [::]:80, unix /run/web.sock"
void append_sockets(Page& page, const View& view) {
  std::string_view lines = view.sockets;
  for (bool first = true; !lines.empty(); first = false)
    page.append(first ? ", listening on " : ", ", harmless(next_line(lines)).view());
}

void append_lack_of_memory(Cell& text, int error) {
  const Text<24> limit = memory_limit_text(error);
  text.append("out of memory");
  if (!limit.empty()) text.append(" (memory.max ", limit.view(), ")");
}

// How the last run ended, whatever followed from that.
void append_end(Cell& text, const ServiceStatus& own) {
  if (is_health_fault(own.error) && own.reason != Reason::not_stopped) {
    text.append("unhealthy: ", fault_text(unpack_health_fault(own.error)));
    return;
  }
  if (is_lack_of_memory(own.error)) return append_lack_of_memory(text, own.error);
  text.append(ending_text(std::max(own.exit_code, 0), own.signal));
  if (own.hint == Hint::success) text.append(text_of(own.hint));
}

void append_refusal(Cell& text, std::string_view script, const ServiceStatus& own) {
  text.append("cannot execute ", script, ": ", error_text(own.error), text_of(own.hint));
}

void append_two_digits(Cell& text, unsigned number) { text.append(number < 10 ? "0" : "", number); }

// Tenths of a second from `now` to `then`, rounded up.
uint64_t tenths_until(const Tai64n& then, const Tai64n& now) {
  if (then <= now) return 0;
  constexpr uint64_t tenth = 100'000'000;
  const uint64_t nanoseconds =
      (then.seconds - now.seconds) * 10 * tenth + then.nanoseconds - now.nanoseconds;
  return (nanoseconds + tenth - 1) / tenth;
}

}  // namespace

void append_sv(Page& page, std::string_view name, const View& view) {
  const RunitStatus& runit = view.runit;
  if (runit.pid != 0)
    page.append(runit.phase == Phase::finish ? "finish: " : "run: ", name, ": (pid ", runit.pid,
                ") ");
  else
    page.append(is_done(view) ? "run: " : "down: ", name, ": ");
  page.append(age(view), "s");
  append_runit_suffixes(page, view);
  if (view.own != nullptr) append_own_suffix(page, view);
  if (!view.hold.empty()) page.append(is_in_cycle(view) ? ": " : ", ", view.hold);
  append_sockets(page, view);
  if (view.group != nullptr) page.append(", ", group_text(*view.group).view());
  if (view.takeovers > 0) page.append(", adopted ", view.takeovers, "x");
  if (view.said != nullptr) append_said(page, *view.said);
}

void append_svstat(Page& page, const View& view) {
  const RunitStatus& runit = view.runit;
  const bool up = is_running(view);
  page.append(up ? "up " : "down ");
  if (runit.pid != 0) page.append("(pid ", runit.pid, ") ");
  page.append(age(view), " seconds");
  append_normally(page, view, up);
  if (up && runit.paused) page.append(", paused");
  if (!up && runit.want == 'u') page.append(", want up");
  if (up && runit.want == 'd') page.append(", want down");
  if (state_of(view) == State::failed) page.append(", failed");
}

uint64_t age(const View& view) {
  return view.runit.since == Tai64n() ? 0 : seconds_between(view.runit.since, view.now);
}

bool is_running(const View& view) { return view.runit.pid != 0 || is_done(view); }

std::string_view encore_word(const View& view) {
  switch (state_of(view)) {
  case State::down: return "stopped";
  case State::starting:
  case State::held:
  case State::waiting:
  case State::backoff: return "starting";
  case State::listening: return "started";
  case State::up:
  case State::ready: return is_done(view) ? "started" : "running";
  case State::stopping:
  case State::finishing: return "stopping";
  case State::failed: return "failed";
  }
  return "status unknown";
}

State state_of(const View& view) {
  if (view.own != nullptr) return view.own->state;
  return state_of(view.runit);
}

std::string_view want_of(const View& view) {
  return word(view.own != nullptr ? view.own->want : want_of(view.runit));
}

// Of reasons that are followed by how the run ended.
static std::string_view lead_of(Reason reason) {
  constexpr struct {
    Reason reason;
    std::string_view lead;
  } leads[] = {{Reason::watchdog, "watchdog: "},
               {Reason::ran_too_long, "ran too long: "},
               {Reason::prevented, "prevented: "},
               {Reason::too_many_deaths, "too many deaths: "},
               {Reason::refused, "not to be restarted: "}};
  for (const auto& [led, lead] : leads)
    if (led == reason) return lead;
  return {};
}

// How a script has ended, or why it could not be executed.
static void append_script(Cell& text, std::string_view script, const ServiceStatus& own) {
  if (own.error != 0) return append_refusal(text, script, own);
  text.append(script, " ");
  append_end(text, own);
}

static std::string_view fixed_text_of(Reason reason) {
  if (reason == Reason::unseen) return "exit status unknown";
  if (reason == Reason::cycle) return "needs form a cycle";
  if (reason == Reason::need_failed) return "what it needs has failed";
  return reason == Reason::after_failed ? "after-start failed" : "stopped";
}

Cell reason_text(const ServiceStatus& own) {
  Cell text;
  if (is_unchecked(own)) {
    append_refusal(text, layout::check, own);
    return text;
  }
  switch (own.reason) {
  case Reason::none: return text;
  case Reason::exited:
  case Reason::killed:
  case Reason::unhealthy:
  case Reason::finished: append_end(text, own); return text;
  case Reason::dumped_core:
    append_end(text, own);
    text.append(" (core dumped)");
    return text;
  case Reason::unseen:
  case Reason::stopped:
  case Reason::cycle:
  case Reason::need_failed:
  case Reason::after_failed: text.append(fixed_text_of(own.reason)); return text;
  case Reason::masked: text.append(word(own.reason)); return text;
  case Reason::skipped: text.append("skipped: condition exited ", own.exit_code); return text;
  case Reason::not_stopped: append_late_kill(text, unpack_late_kill(own.error)); return text;
  case Reason::not_ready:
    // Where it has failed, it never got as far as run.
    text.append(own.state == State::failed ? "start did not end in time" : "not ready in time");
    return text;
  case Reason::cannot_execute: append_refusal(text, "run", own); return text;
  case Reason::cannot_fork: text.append("cannot fork: ", error_text(own.error)); return text;
  case Reason::listen_failed:
    text.append("cannot listen: ", error_text(own.error));
    if (own.listen.line != 0) text.append(" (line ", own.listen.line, ")");
    return text;
  case Reason::out_of_memory: append_lack_of_memory(text, own.error); return text;
  case Reason::no_group:
    text.append("no control group: ", group_error_text(own.error));
    return text;
  case Reason::start_failed: append_script(text, "start", own); return text;
  case Reason::condition_failed: append_script(text, "condition", own); return text;
  case Reason::watchdog:
  case Reason::ran_too_long:
  case Reason::prevented:
  case Reason::too_many_deaths:
  case Reason::refused: text.append(lead_of(own.reason)); break;
  }
  append_end(text, own);
  return text;
}

Cell reason_text(const ServiceStatus& own, Tai64n now) {
  Cell text = reason_text(own);
  if (own.state != State::backoff || own.next_start == Tai64n()) return text;
  if (!text.empty()) text.append(", ");
  const uint64_t tenths = tenths_until(own.next_start, now);
  text.append("next start in ", tenths / 10);
  if (tenths % 10 != 0) text.append(".", tenths % 10);
  text.append(" s");
  return text;
}

Cell ailment_of(const View& view) {
  const bool tells = state_of(view) == State::ready && view.health != nullptr;
  return tells ? Cell(trouble_text(*view.health).view()) : Cell();
}

Text<400> reason_of(const View& view) {
  if (const Cell ailment = ailment_of(view); !ailment.empty()) return Text<400>(ailment.view());
  if (view.masked && !is_running(view)) return Text<400>("masked");
  if (!view.hold.empty() && !is_in_cycle(view)) return Text<400>(view.hold);
  if (!view.hold.empty()) return Text<400>(reason_text(*view.own).view(), ": ", view.hold);
  return Text<400>(view.own != nullptr ? reason_text(*view.own).view() : std::string_view());
}

Text<400> sockets_text(const View& view) {
  constexpr std::string_view more = ", ...";
  Text<400> text;
  for (std::string_view lines = view.sockets; !lines.empty();) {
    const Cell line = harmless(next_line(lines));
    const size_t room = 400 - (lines.empty() ? 0 : more.size());
    if (text.size() + line.size() + 2 > room) return Text<400>(text.view(), more);
    text.append(text.empty() ? "" : ", ", line.view());
  }
  return text;
}

Cell duration_text(uint64_t seconds) {
  constexpr uint64_t minute = 60, hour = 60 * minute, day = 24 * hour;
  Cell text;
  if (seconds < minute)
    text.append(seconds, "s");
  else if (seconds < hour)
    text.append(seconds / minute, "m ", seconds % minute, "s");
  else if (seconds < day)
    text.append(seconds / hour, "h ", seconds % hour / minute, "m");
  else
    text.append(seconds / day, "d ", seconds % day / hour, "h");
  return text;
}

Cell time_text(const Tai64n& time, bool thousandths) {
  using std::chrono::days;
  constexpr uint64_t day = 24 * 60 * 60;
  constexpr uint64_t last = 253'402'300'799;  // of the year 9999
  const uint64_t seconds = std::min(time.unix_seconds(), last);
  const std::chrono::sys_days days_since{days(static_cast<int>(seconds / day))};
  const std::chrono::year_month_day date(days_since);
  const auto second = static_cast<unsigned>(seconds % day);

  Cell text(static_cast<int>(date.year()), "-");
  append_two_digits(text, static_cast<unsigned>(date.month()));
  text.append("-");
  append_two_digits(text, static_cast<unsigned>(date.day()));
  text.append("T");
  append_two_digits(text, second / 3600);
  text.append(":");
  append_two_digits(text, second / 60 % 60);
  text.append(":");
  append_two_digits(text, second % 60);
  if (thousandths) {
    const uint32_t milliseconds = time.nanoseconds / 1'000'000 % 1000;
    text.append(milliseconds < 100 ? ".0" : ".");
    append_two_digits(text, milliseconds);
  }
  text.append("Z");
  return text;
}

std::string_view next_harmless(std::string_view& text) {
  const std::string_view character(text.data(), std::max<size_t>(character_size(text), 1));
  text.remove_prefix(character.size());
  return is_control(character) ? "?" : character;
}

Cell harmless(std::string_view text) {
  Cell shown;
  append_harmless(shown, text);
  return shown;
}

}  // namespace stoker
