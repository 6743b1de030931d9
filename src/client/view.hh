// SPDX-License-Identifier: ISC
// The status of a service or logger as text: the lines of sv(8) and svstat(8), and the cells of
// the table. Pure functions of the status and the time.
#pragma once
#include <string_view>

#include "client/group_figures.hh"
#include "client/printer.hh"
#include "service/status.hh"

namespace stoker {

// A service or a logger.
struct View {
  RunitStatus runit;
  const ServiceStatus* own = nullptr;  // null: supervised by another suite
  bool down_file = false;              // it has a file `down`
  Tai64n now;
  bool masked = false;         // … that masks it
  uint32_t takeovers = 0;      // by a new supervisor
  const Said* said = nullptr;  // what the service says; null: nothing
  // Why it waits for others, and whom for, one name a line; empty: it does not.
  std::string_view hold{}, awaited{};
  const HealthStatus* health = nullptr;  // null: unknown, or of a logger
  std::string_view sockets{};            // that are held for it, "tcp 80", one a line
  const GroupFigures* group = nullptr;   // null: it has no control group, or nobody has looked
};

// "run: NAME: (pid 12) 3s, normally down, paused, want down, got TERM", as in runit.
// Stoker's additions follow after a comma: ", not ready".
void append_sv(Page& page, std::string_view name, const View& view);

// "up (pid 12) 3 seconds, normally down, paused, want down", as in daemontools.
void append_svstat(Page& page, const View& view);

// daemontools-encore's word for the state: "running".
std::string_view encore_word(const View& view);

// Seconds since it was started or went down; 0 if unknown.
uint64_t age(const View& view);
// Does it run? A oneshot that is done counts as running.
bool is_running(const View& view);
// Stoker's state; for another suite's service as far as it is known.
State state_of(const View& view);
std::string_view want_of(const View& view);

using Cell = Text<200>;

// Why the last run ended: "exited 3", "killed by SIGSEGV". Empty if it has not ended.
Cell reason_text(const ServiceStatus& own);
// The reason and the next start: "exited 3, next start in 1.5 s".
Cell reason_text(const ServiceStatus& own, Tai64n now);
// Why a service that is ready is not well: "unhealthy: health exited 1 3 times". Empty: it is.
Cell ailment_of(const View& view);
// Why it waits for others, or else the reason.
Text<400> reason_of(const View& view);
// The sockets that are held for it: "tcp 80, unix /run/web.sock"; those that do not fit are left
// out.
Text<400> sockets_text(const View& view);
// A duration: "3s", "5m 12s", "2h 3m", "4d 1h".
Cell duration_text(uint64_t seconds);
// "2026-11-22T09:10:45Z"; with thousandths "2026-11-22T09:10:45.123Z".
Cell time_text(const Tai64n& time, bool thousandths = false);
// Takes the next character off, or `?` for a control character.
std::string_view next_harmless(std::string_view& text);
// The text with control characters replaced by `?`, so that it stays on its line.
Cell harmless(std::string_view text);
// The same for longer text.
template <size_t size>
void append_harmless(Text<size>& shown, std::string_view text) {
  while (!text.empty()) shown.append(next_harmless(text));
}

}  // namespace stoker
