// SPDX-License-Identifier: ISC
#include "supervise/supervisor.hh"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/file.hh"
#include "base/signals.hh"
#include "base/stack.hh"
#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "supervise/end_signals.hh"

namespace stoker {

namespace {

// How long the status may be out of date during a shutdown.
constexpr Moment shutdown_quiet_time = 100ms;

// Who removes a directory with all that is in it, or writes a file, has this time.
constexpr Moment change_time = 1s;

bool starts_something(const Command& command) {
  return command.kind == Command::Kind::restart || command.kind == Command::Kind::at_most_once ||
         (command.kind == Command::Kind::want && command.want != Want::down);
}

}  // namespace

// --- The loop: here it may not die --------------------------------------------

bool Supervisor::run() {
  if (!wait_for_state()) return false;
  make_event_directory();
  location_.watch(SIGIO);
  if (!begin()) return false;
  if (beginning_ == Beginning::takeover_to_stop) turn();
  reap_all();
  appear();
  const Service& service = main_.service();
  while (!is_done()) {
    // A process that is about to exit gives everything back.
    if (terminations_ == 0) give_back_stack();
    WaitList list(service.polls_sockets() ? sockets_.held().poll_slots() : std::span<pollfd>());
    list.add(sockets_.deadline());
    main_.wait_for(list);
    logging_.wait_for(list);
    list.add(publish_at_);
    list.add(look_at_);
    list.wait();
    hear_signals();
    main_.service().hear(list);
    logging_.hear(list);
    reap_all();
    if (list.is_readable(main_.state().control())) obey_all(main_.state(), true);
    const StateDirectory& log_state = logging_.unit().state();
    if (list.is_readable(log_state.control())) obey_all(log_state, false);
    turn();
    if (is_done() || may_publish()) publish();
    // An echo that was owed has been sent by now.
    if (upgrade_.is_due() && may_upgrade()) try_program();
  }
  if (personality_.leave_stops) remove_history(main_.state().directory());
  main_.leave();
  return true;
}

void Supervisor::hear_signals() {
  while (const int number = next_signal())
    if (ends_supervisor(number))
      terminate();
    else if (number == SIGURG)
      look_after();
    else if (number == SIGIO)
      look_at_ = std::min(look_at_, now() + change_time);
}

// Most shutdowns take less time than it takes to publish each step.
void Supervisor::terminate() {
  Service& service = main_.service();
  if (terminations_++ == 0) {
    publish_at_ = now() + shutdown_quiet_time;
    logging_.resume();
    service.stop_and_leave(scanner_.is_open());
    main_.state().depart(main_.run().want == Want::exit);
    return;
  }
  service.kill_now();
  if (terminations_ > 2 || service.has_left()) logging_.kill_now();
}

// The members of a group often die together: all are reaped before the death of a
// leader is looked at, so that nothing is taken for a leftover that is dead already. The
// trial of a new program comes last, since what follows it may be that program.
void Supervisor::reap_all() {
  std::array<Death, 32> deaths;
  size_t count = 0;
  std::optional<Death> trial;
  do {
    for (count = 0; count < deaths.size(); ++count) {
      const auto death = reap();
      if (!death) break;
      deaths[count] = *death;
    }
    for (const Death& death : std::span(deaths).first(count))
      if (upgrade_.is_trial(death))
        trial = death;
      else
        take(death);
  } while (count == deaths.size());
  if (trial) end_trial(*trial);
}

void Supervisor::take(const Death& death) {
  if (main_.service().take(death))
    run_if_due();
  else
    logging_.take(death);
}

void Supervisor::turn() {
  const Moment time = now();
  main_.service().turn(time);
  run_if_due();
  if (main_.service().has_left()) logging_.finish();
  logging_.turn(time);
  main_.take_retry(time);
  if (time >= look_at_) look_at_directories();
}

void Supervisor::obey_all(const StateDirectory& state, bool is_main) {
  constexpr size_t longest = 64;  // command with prefixes
  char buffer[4096];
  size_t kept = 0;
  for (;;) {
    const ssize_t got = read(state.control(), buffer + kept, sizeof buffer - kept);
    if (got <= 0) return;
    std::string_view bytes(buffer, kept + static_cast<size_t>(got));
    // What has begun at the very end of a full buffer goes on with what comes next.
    const bool full = bytes.size() == sizeof buffer;
    while (!bytes.empty() && !(full && bytes.size() < longest && is_unfinished(bytes))) {
      const Command command = next_command(bytes);
      obey(command, is_main && !command.to_log);
    }
    kept = bytes.size();
    std::copy(bytes.begin(), bytes.end(), buffer);
  }
}

// Once asked to exit, it starts nothing.
void Supervisor::obey(const Command& command, bool is_main) {
  if (!is_main && logging_.is_gone()) return;
  const bool ending =
      is_main ? terminations_ > 0 || main_.service().has_left() : logging_.is_ending();
  if (ending && (starts_something(command) || command.kind == Command::Kind::order)) return;
  if (command.kind == Command::Kind::upgrade) upgrade_.request();
  if (command.kind == Command::Kind::echo) {
    scanner_.request_echo(static_cast<uint16_t>(command.number));
    sockets_.offer_again();
  }
  is_main ? obey_main(command, ending) : obey_log(command, ending);
}

void Supervisor::obey_main(const Command& command, bool ending) {
  if (command.kind == Command::Kind::exit_report) logging_.obey(command);
  if (command.kind == Command::Kind::exit) logging_.resume();
  main_.service().obey(command);
  run_if_due();
  if (ending && command.kind == Command::Kind::want) main_.service().want(Want::exit);
}

void Supervisor::obey_log(const Command& command, bool ending) {
  logging_.obey(command);
  if (!ending || command.kind != Command::Kind::want) return;
  logging_.leave_the_rest();
  logging_.want(Want::exit);
}

// Start and run begin in the directory as it is now, the run with a line of its own in the log.
void Supervisor::run_if_due() {
  Service& service = main_.service();
  const bool starts = service.is_start_due();
  if (starts) {
    refresh();
    service.begin_start();
  }
  if (!service.is_run_due()) return;
  logging_.pipe().end_last_line();
  if (!starts) refresh();
  service.begin_run();
}

// The directory may have been replaced, or its logger changed.
void Supervisor::refresh() {
  const bool moved = location_.was_replaced() && follow_directory();
  main_.state().follow(location_.get());
  logging_.look(moved);
  RunPlace& place = main_.service().place;
  place.directory = location_.get();
  place.state = main_.state().directory();
  place.stamp = location_.stamp();
  place.standard_output = logging_.standard_output();
  place.standard_error = logging_.standard_error();
  main_.service().apply_place();
}

// What is lost, publishing makes again.
void Supervisor::look_after() {
  sockets_.offer_again();
  main_.state().look_after();
  logging_.unit().state().look_after();
}

void Supervisor::look_at_directories() {
  look_at_ = never;
  location_.watch(SIGIO);
  if (terminations_ > 0) return;
  main_.state().look_again();
  logging_.unit().state().look_again();
  if (!location_.was_replaced()) main_.service().look_at_settings(location_.stamp());
}

bool Supervisor::follow_directory() {
  Fd directory = location_.find();
  if (directory && main_.state().open(location_.state_place(directory.get())) &&
      fchdir(directory.get()) == 0) {
    location_.move_to(std::move(directory));
    location_.watch(SIGIO);
    return true;
  }
  complaint_.warn_errno({"the directory was replaced: unable to change to ", location_.path()});
  return false;
}

// --- Publishing -------------------------------------------------------------

// Those that it names wait for it to be down.
bool Supervisor::may_publish() {
  if (publish_at_ == never) return true;
  const bool awaited = main_.service().has_left() && main_.run().order.ordered;
  if (!awaited && now() < publish_at_) return false;
  publish_at_ = never;
  return true;
}

void Supervisor::publish() {
  sockets_.keep(location_, scanner_);
  StateDirectory::Image files = record_.image();
  Unit::Change change = main_.next_change(files);
  if (change.lost) {
    if (change.visible) refresh();
    main_.look_again(change);
    files = record_.image();
  }
  add_history();
  main_.publish(files, change);
  sockets_.keep_shown(location_, scanner_);
  // A client that has waited for the logger finds it in our status, too.
  logging_.publish();
  if (!scanner_.report(record_.pid(), main_.run(), logging_.unit().run(), change.events,
                       location_.get()))
    main_.retry_later();
}

// Before the status: who sees that finds the history as new.
void Supervisor::add_history() {
  const StateDirectory& state = main_.state();
  if (!state.is_open()) return;
  const RunState* const log = logging_.pipe().is_open() ? &logging_.unit().run() : nullptr;
  history_.add({state.directory(), !state.departs(), record_.boot()}, main_.run(),
               main_.service().health().record().status, log);
}

// --- Becoming a new program -------------------------------------------------

// Not while scripts run, nor during shutdown: the logger may read the rest of a pipe
// that has no write end any more.
bool Supervisor::may_upgrade() const {
  return terminations_ == 0 && !main_.service().has_left() && !logging_.is_ending() &&
         !main_.service().is_busy() && !logging_.unit().service().is_busy() &&
         !scanner_.owes_echo();
}

// The trial reads the file.
void Supervisor::try_program() {
  main_.state().look_after();
  publish();
  if (upgrade_.begin_trial(main_.state())) return;
  record_.count_refused_upgrade();
  publish();
}

// Things may have changed during the trial; then it is made again when it may be.
void Supervisor::end_trial(const Death& death) {
  const bool can = upgrade_.end_trial(death);
  if (can && !may_upgrade()) return upgrade_.request();
  if (can) {
    publish();
    main_.service().kill_leftovers();
    upgrade_.execute({location_, scanner_, main_, logging_, sockets_.keeper(), record_.saved()});
  }
  record_.count_refused_upgrade();
}

}  // namespace stoker
