// SPDX-License-Identifier: ISC
// kill and reset-failed: what is sent at once, without waiting.
#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/names.hh"
#include "systemd/message.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

// The letter that makes a supervisor send a signal; 0: there is none.
char letter_of(int signal) {
  switch (signal) {
  case SIGTERM: return letter::terminate;
  case SIGKILL: return letter::kill;
  case SIGHUP: return letter::hangup;
  case SIGINT: return letter::interrupt;
  case SIGQUIT: return letter::quit;
  case SIGALRM: return letter::alarm;
  case SIGUSR1: return letter::user1;
  case SIGUSR2: return letter::user2;
  case SIGSTOP: return letter::pause;
  case SIGCONT: return letter::resume;
  case SIGWINCH: return letter::window;
  case SIGABRT: return letter::abort;
  default: return 0;
  }
}

bool send_to_supervisor(const Site& site, const UnitView& view, char letter, bool all) {
  const Places places = site.places();
  const Fd service = open_service(places, view.service.c_str());
  const Fd state = open_state(places, view.service.c_str(), service.get());
  const Text<4> letters(all && view.status().native ? "+" : "", letter);
  return state && send_letters(state.get(), letters);
}

// A signal without a letter: only to a process that is still the one of the status.
bool send_to_process(const UnitView& view, int signal, bool all) {
  const StatusFile& status = view.status();
  if (!is_alive(status.main.pid, status.main_status.start_time)) {
    errno = ESRCH;
    return false;
  }
  return all && group_exists(status.main.pid) ? signal_group(status.main.pid, signal)
                                              : signal_process(status.main.pid, signal);
}

int kill_unit(const Call& call, const UnitView& view, int signal) {
  const bool all = std::string_view(call.request.kill_whom) == "all";
  if (view.status().main.pid == 0) {
    // systemd is content where nothing is left to be killed, unless it was to be a certain process.
    if (all) return 0;
    complain({"Failed to kill unit ", view.name, ": No main process to kill"});
    return exit_failed;
  }
  const char letter = letter_of(signal);
  const bool sent = letter != 0 ? send_to_supervisor(call.request.site, view, letter, all)
                                : send_to_process(view, signal, all);
  if (sent) return 0;
  const bool refused = errno == EACCES || errno == EPERM;
  complain_errno({"Failed to kill unit ", view.name});
  return refused ? exit_not_permitted : exit_failed;
}

// Who asks next must not be told of the failure any more.
void await_reset(const Site& site, const UnitView& view) {
  constexpr Moment look = 10ms, longest = 2s;
  const Fd service = open_service(site.places(), view.service.c_str());
  const Fd state = open_state(site.places(), view.service.c_str(), service.get());
  for (const Moment limit = now() + longest; state && now() < limit;) {
    const auto status = read_status(state.get());
    if (!status || status->main_status.state != State::failed) break;
    wait_until({}, now() + look);
  }
}

// The supervisor forgets what it remembers. For a service that is down anyway, the mark counts at
// once, and for other suites.
bool reset_state(const Site& site, const UnitView& view) {
  if (view.status().main_status.state == State::failed) {
    const bool sent = send_to_supervisor(site, view, letter::reset, false);
    if (sent) await_reset(site, view);
    return sent;
  }
  const Places places = site.places();
  const Fd service = open_service(places, view.service.c_str());
  const Fd state = open_state(places, view.service.c_str(), service.get());
  return state && open_fresh(state.get(), reset_mark, layout::file_mode);
}

int reset_unit(const Call& call, const UnitView& view) {
  if (view.state.active != Active::failed) return 0;
  if (reset_state(call.request.site, view)) return 0;
  complain_errno({"Failed to reset failed state of unit ", view.name});
  return exit_failed;
}

int reset_all(const Call& call) {
  static UnitView view;
  ServiceNames names;
  if (!names.read(call.request.site.services(), ServiceNames::Dangling::skipped)) return 0;
  int code = 0;
  for (const char* const name : names.all()) {
    look_at(call.request.site, UnitName(name, ".service"), view);
    if (const int other = reset_unit(call, view); other != 0) code = other;
  }
  return code;
}

}  // namespace

int kill_units(const Call& call) {
  static UnitView view;
  const auto signal = parse_signal(call.request.signal);
  if (!signal) {
    complain({"Failed to parse signal string ", call.request.signal, "."});
    return exit_failed;
  }
  int code = 0;
  each_unit(call, call.words, [&](const UnitName& unit) {
    look_at(call.request.site, unit, view);
    int other = 0;
    if (view.is_supervised()) {
      other = kill_unit(call, view, *signal);
    } else {
      complain({"Failed to kill unit ", unit, ": Unit ", unit, " not loaded."});
      other = exit_failed;
    }
    if (other != 0) code = other;
  });
  return code;
}

int reset_failed(const Call& call) {
  static UnitView view;
  if (call.words.empty()) return reset_all(call);
  int code = 0;
  each_unit(call, call.words, [&](const UnitName& unit) {
    look_at(call.request.site, unit, view);
    if (!view.is_found()) {
      complain({"Failed to reset failed state of unit ", unit, ": Unit ", unit, " not loaded."});
      code = exit_failed;
    } else if (const int other = reset_unit(call, view); other != 0) {
      code = other;
    }
  });
  return code;
}

}  // namespace stoker::systemd
