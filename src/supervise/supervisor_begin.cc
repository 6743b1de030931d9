// SPDX-License-Identifier: ISC
// Supervisor: until its loop begins, and while it may still die.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/file.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "base/standard_input.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "supervise/end_signals.hh"
#include "supervise/supervisor.hh"

namespace stoker {

namespace {

constexpr const char* run_argv[] = {"./run", nullptr};

}  // namespace

void Supervisor::take_environment(const char* argv0, const char* path) {
  if (upgrade_.take_over(argv0)) beginning_ = Beginning::reexec;
  location_.set_name(path, environment_, texts_);
  scanner_.inherit(environment_.get(layout::variable_scanner));
  logging_.inherit(environment_.get(layout::variable_pipe),
                   environment_.get(layout::variable_logger), texts_);
  const char* const takeover = environment_.get(layout::variable_takeover);
  if (takeover != nullptr && beginning_ == Beginning::fresh)
    beginning_ = std::string_view(takeover) == layout::takeover_stops ? Beginning::takeover_to_stop
                                                                      : Beginning::takeover;
  sockets_.inherit(environment_.get(layout::variable_sockets));
  told_ = environment_.get(layout::variable_runs);
  before_ = environment_.get(layout::variable_before);
  for (const char* const name :
       {layout::variable_takeover, layout::variable_runs, layout::variable_before,
        layout::variable_pipe, layout::variable_scanner, layout::variable_logger,
        layout::variable_sockets})
    environment_.unset(name);
}

void Supervisor::set_up(const char* argv0, const char* path) {
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"});
  seal_descriptors();
  if (!environment_.adopt_process()) die_errno({"unable to copy the environment"});
  take_environment(argv0, path);
  // What is typed at a terminal is meant for others. svscan has seen to that.
  if (!scanner_.is_open() && isatty(STDIN_FILENO) == 1 && !leave_standard_input())
    die_errno({"unable to open /dev/null"});
  location_.enter();
  if (beginning_ == Beginning::reexec) {
    main_.state().resume(upgrade_.main, location_.state_place(location_.get()));
    logging_.resume(upgrade_.log);
  }
  catch_signals({SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU, SIGURG, SIGIO},
                scanner_.is_open());
  if (personality_.own_session) adopt_orphans();
  Service& service = main_.service();
  service.place = {.directory = location_.get(), .name = location_.name(), .argv = run_argv};
  service.apply_place();
  record_.identify();
}

// If svscan was killed and started again, a supervisor of the old one may not have been visible
// when the new one looked. It looks again when we exit; and if the new svscan has started the
// other supervisor, nothing would ever ask us to exit.
bool Supervisor::is_superfluous() const {
  const pid_t scanner = scanner_.pid();
  return (scanner != 0 && getppid() != scanner) ||
         StateDirectory::is_kept_for(location_.state_place(location_.get()), scanner_.inode());
}

// True once the state directory is ours; false when asked to end before. Under
// svscan an exit code is of no use, so it reports the reason and waits.
bool Supervisor::wait_for_state() {
  if (beginning_ == Beginning::reexec) return true;
  while (!main_.state().open(location_.state_place(location_.get()))) {
    if (!scanner_.is_open()) die_errno({main_.state().trouble()});
    const int error = errno;
    if (is_superfluous()) return false;
    errno = error;
    complaint_.warn_errno({main_.state().trouble()});
    if (!wait_to_retry()) return false;
  }
  complaint_.clear();
  return true;
}

// False when asked to end before it knew whether something runs.
bool Supervisor::begin() {
  const Want want = exists(location_.get(), layout::down) ? Want::down : Want::up;
  auto predecessor = upgrade_.read_state();  // of the program that we were
  if (!predecessor) {
    Predecessor found(told_, before_);
    const Predecessor::Place place{.state = main_.state().directory(),
                                   .path = location_.state_place(location_.get()).path(),
                                   .directory = location_.get(),
                                   .is_alone = !scanner_.is_open()};
    if (!found.find(place, record_.boot(), beginning_)) return false;
    predecessor = found.saved();
  }
  predecessor ? take_over(*predecessor, want) : begin_fresh(want);
  if (beginning_ == Beginning::takeover_to_stop) terminate();
  return true;
}

void Supervisor::take_over(SavedState predecessor, Want want) {
  shift(predecessor, clock_shift());
  record_.follow(predecessor, beginning_);
  history_.follow(predecessor.health.status.state == HealthState::unhealthy);
  logging_.remember(predecessor);
  refresh();
  sockets_.recover(predecessor.main, location_.get());
  const bool leaves = beginning_ == Beginning::reexec || beginning_ == Beginning::takeover_to_stop;
  Fd socket = sockets_.take_notification();
  if (upgrade_.socket) socket = std::move(upgrade_.socket);
  main_.service().take_over(predecessor.group, predecessor.main.pid);
  main_.service().take_over(predecessor.main, leaves ? Want::exit : want,
                            {predecessor.notify, std::move(upgrade_.readiness), std::move(socket)});
  main_.service().take_over(predecessor.health);
  run_if_due();
}

void Supervisor::begin_fresh(Want want) {
  refresh();
  unlinkat(main_.state().directory(), layout::death_tally, 0);
  RunState before;
  sockets_.recover(before, location_.get());
  if (want == Want::down || beginning_ == Beginning::takeover_to_stop)
    return main_.service().want(Want::down);
  main_.state().hide() ? announce_start() : appear();
  main_.service().want(Want::up);
  run_if_due();
}

// Before the service starts, since it may ask at once for its own status.
void Supervisor::appear() {
  publish();
  announce_start();
}

void Supervisor::announce_start() {
  if (!std::exchange(announced_, true)) main_.announce(Text<1>(event::supervised));
}

// As s6-supervise does: listeners may not be allowed to make it.
void Supervisor::make_event_directory() {
  constexpr mode_t for_listeners = 03730;
  const int directory = location_.get();
  if (ServiceSettings(directory).is_of_s6() &&
      mkdirat(directory, layout::event_s6, layout::directory_mode) == 0)
    static_cast<void>(fchmodat(directory, layout::event_s6, for_listeners, 0));
}

}  // namespace stoker
