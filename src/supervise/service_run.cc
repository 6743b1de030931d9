// SPDX-License-Identifier: ISC
// Service: the begin of a run, and what follows its end.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.hh"
#include "base/duration.hh"
#include "base/parse.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "service/mask.hh"
#include "supervise/aftermath.hh"
#include "supervise/held_signals.hh"
#include "supervise/service.hh"

namespace stoker {

namespace {

// A connection may come just when a service exits that has served all.
constexpr uint32_t unserved_warning = 3;

// Different for services that die together. Where nothing is random, nothing is asked.
uint32_t random_for(unsigned jitter) {
  if (jitter == 0) return 0;
  Digest digest;
  digest.mix_number(static_cast<uint64_t>(now().count()));
  digest.mix_number(static_cast<uint64_t>(getpid()));
  return static_cast<uint32_t>(digest.value() >> 16);
}

// An error is no status that a process can have ended with.
int reload_result(const NotifyMessage& message) {
  const int error = message.error.value_or(0);
  return error == 0 ? 0 : reported_error(error);
}

}  // namespace

// A file that does not exist is not looked for.
bool Service::is_masked_now() {
  return !place.is_log && settings_.marked(layout::down) && is_masked(place.directory);
}

void Service::begin_start() {
  settings_.inspect(place.stamp, run_.asked);
  run_.conclusion = Conclusion::none;
  run_.due = place.is_log ? never : from_now(settings_.timeout_start());
  if (is_masked_now()) {
    note_masked(run_);
    return on(Event::not_started);
  }
  if (const auto event = launcher_.run_start()) on(*event);
}

void Service::begin_run() {
  if (const auto event = run_service()) on(*event);
}

std::optional<Event> Service::run_service() {
  run_.begun = now();
  run_.since = tai_now();
  run_.asked = run_.refused = run_.commanded = run_.set_back = run_.final_sent = run_.withdrew =
      run_.served = false;
  run_.cause = Reason::none;
  run_.detaches = run_.seeks = !place.is_log && settings_.is_detaching();
  run_.alive = true;
  note_begin(run_);
  foreign_.begin_run();
  ++run_.starts;
  readiness_.end_checks();
  if (launcher_.is_oneshot()) {
    run_.oneshot = true;
    say(event::up);
    return Event::ready;
  }
  group_.begin_run();
  const bool has_group = launcher_.open_group(group_.control());
  const int target = settings_.notification_fd();
  const Fd notification = target >= 0 ? open_notification() : Fd();
  const bool can_tell = has_group && (target < 0 || notification) && open_socket();
  if (!can_tell || !launcher_.run_service(group_.control(), notification.get(), target)) {
    run_.alive = false;
    --run_.starts;
    group_.control().end(place.state);
    return Event::trouble;
  }
  if (run_.reason == Reason::cannot_execute) return {};
  say(event::up);
  return await_readiness();
}

Fd Service::open_notification() {
  Fd write_end = readiness_.open_pipe();
  if (!write_end)
    launcher_.fail(Role::run, {"unable to create a pipe for ", layout::notification_fd});
  return write_end;
}

bool Service::is_checked() const {
  return shared_.personality.runs_check && !place.is_log && scripts_.has_check();
}

bool Service::is_followed() { return !place.is_log && settings_.marked(layout::after_start); }

std::optional<Event> Service::await_readiness() {
  if (run_.seeks) begin_search(false);
  const bool tells = run_.seeks || has_word();
  if (!tells && !is_checked() && !is_followed()) return Event::ready;
  arm(settings_.timeout_ready());
  run_.deadline = std::min(run_.deadline, run_.due);
  if (tells) return {};
  if (!is_checked()) return serve();
  readiness_.begin_checks(run_.begun);
  return {};
}

// It has become ready; that counts at once, unless a script comes first.
std::optional<Event> Service::serve() {
  if (run_.state != State::up || !is_followed()) return Event::ready;
  if (run_.served) return {};
  run_.served = true;
  readiness_.end_checks();
  if (scripts_.after_start(run_.pid, settings_.timeout_control())) return {};
  run_.cause = Reason::after_failed;
  return Event::overdue;
}

void Service::serves() {
  if (const auto event = serve()) on(*event);
}

void Service::take_after_start(const Scripts::Outcome& outcome) {
  if (run_.state != State::up || !run_.served) return;
  run_.served = false;
  const int status = outcome.status;
  if (status == 0) return on(Event::ready);
  warn({layout::after_start, " (", Digits(outcome.pid), ") ",
        ending_text(WEXITSTATUS(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0),
        ", stopping the service"});
  end_run(Reason::after_failed);
}

// It is ready: from now on it may run for so long.
void Service::begin_limit() {
  run_.due = never;
  if (run_.role != Role::run || place.is_log) return;
  const RunLimit limit = settings_.runtime_max();
  run_.due = from_now(with_jitter(limit.time, limit.jitter, random_for(limit.jitter)));
}

// --- What it says -----------------------------------------------------------

bool Service::open_socket() {
  const bool decides = settings_.is_notified();
  if (place.is_log) return true;
  if (!decides && !settings_.is_watched()) {
    notifications_.begin_run_without();
    shared_.sockets.hold_notification(-1, run_);
    return true;
  }
  if (notifications_.begin_run({place.state, place.directory}, decides, settings_.watchdog())) {
    shared_.sockets.hold_notification(notifications_.fd(), run_);
    // Before it can be used.
    shared_.sockets.keep(shared_.location, shared_.scanner);
    return true;
  }
  launcher_.fail(Role::run, {"unable to create ", layout::state, "/", layout::notify_socket});
  return false;
}

void Service::hear_messages(size_t most) {
  NotifyDatagram datagram;
  for (; most > 0 && notifications_.look(datagram); --most) {
    if (const auto message = notifications_.read(datagram, shared_.record.logger())) {
      store(*message, datagram);
      heed(*message);
      note_for_successor();
    }
    notifications_.drop();
  }
}

// What was sent once must not be lost, even if this process is killed now.
void Service::note_for_successor() {
  notifications_.turn(now());
  shared_.sockets.keep(shared_.location, shared_.scanner);
  shared_.record.write_early();
}

// What is not kept is closed with the datagram.
void Service::store(const NotifyMessage& message, NotifyDatagram& datagram) {
  if (run_.role != Role::run) return;
  if (message.removes) shared_.sockets.forget(run_, message.name);
  if (!message.stores) return;
  const unsigned limit = settings_.fd_store();
  bool full = false;
  for (size_t at = 0; at < datagram.descriptor_count(); ++at)
    full |= shared_.sockets.leave(run_, datagram.take_descriptor(at), message, limit) ==
            FdStore::Added::full;
  if (full)
    warn({"run leaves more descriptors than ", layout::fd_store, " allows: ", Digits(limit)});
}

// What reports that it is reloaded is reloaded when it does.
void Service::reload(bool group) {
  const bool reports = notifications_.decides() && !place.is_log && run_.state == State::ready &&
                       settings_.has(ServiceFile::notify_reload);
  if (reports) notifications_.expect_reload(now());
  signals().reload(group, reports);
}

void Service::heed(const NotifyMessage& message) {
  if (run_.role != Role::run) return;
  if (notifications_.ends_reload(message)) note_reload(run_, reload_result(message));
  notifications_.note(message);
  if (message.main_pid) follow_as_told(*message.main_pid);
  if (message.extension && run_.deadline != never)
    run_.deadline = std::max(run_.deadline, now() + *message.extension);
  if (message.ready) serves();
  if (message.alive || message.watchdog) notifications_.count_silence(now());
  if (message.hangs) hang("reports that it hangs");
  if (!message.stopping || !is_up(run_.state)) return;
  run_.withdrew = true;
  on(Event::withdrawn);
}

void Service::watch(Moment now) {
  if (now < notifications_.silence_ends()) return;
  hang(Text<80>("has not reported that it is alive for ", seconds_text(notifications_.watchdog())));
}

void Service::hang(std::string_view how) {
  if (!is_up(run_.state)) return;
  warn({"run (", Digits(run_.pid), ") ", how, ", sending ABRT"});
  end_run(Reason::watchdog);
}

// As by command, but that its end counts as its own.
void Service::end_run(Reason cause) {
  run_.due = never;
  if (run_.role != Role::run) return;
  run_.cause = cause;
  on(Event::overdue);
}

// Only the process that died is one of which this is said.
void Service::take_memory_kill() {
  if (!group_.control().take_memory_kill() || !is_up(run_.state)) return;
  if (settings_.oom_policy() == OomPolicy::stop) end_run(Reason::out_of_memory);
}

void Service::leave() {
  kill_leftovers();
  group_.control().quit(place.state, shared_.scanner.is_gone());
  notifications_.close(place.state);
}

// --- Signals between two runs -----------------------------------------------

// runit forgets them.
void Service::hold(char letter) {
  if (shared_.personality.called_as == CalledAs::supervise) hold_signal(run_, letter);
}

void Service::deliver_held(Moment now) {
  const Text<16> letters = take_held_signals(run_, now);
  for (std::string_view rest = letters; !rest.empty();) obey(next_command(rest));
}

// --- After the run ----------------------------------------------------------

std::optional<Event> Service::judge_if_empty() {
  if (!group_.is_empty(foreign_.is_foreign()) || adopts_stray()) return {};
  group_.control().end(place.state);
  const Rules rules = read_rules();
  const Event event = judge_run(run_, rules);
  if (event == Event::listens && rules.unserved && run_.history.attempt == unserved_warning)
    warn(
        {"run has exited 0 three times and has not taken what waits at its sockets: it is started "
         "less and less often"});
  return event;
}

// Who is not wanted up any more needs no rules: they would only say when to start again.
Rules Service::read_rules() {
  if (run_.want == Want::once) return {.success = settings_.success_exit()};
  if (run_.want != Want::up) return {};
  const Delay delay = settings_.restart_delay();
  const bool on_demand = !place.is_log && settings_.is_on_demand();
  return {.on_demand = on_demand,
          .unserved = on_demand && shared_.sockets.has_waiting(),
          .restart = settings_.restart(),
          .delay = delay,
          .limit = settings_.max_restarts(),
          .runit_pace = shared_.personality.runit_pace,
          .success = settings_.success_exit(),
          .prevent = settings_.prevent_restart(),
          .random = random_for(delay.jitter)};
}

// It rests: what is to follow its end for good is done once.
void Service::conclude() {
  if (run_.state == State::failed) run_.conclusion = Conclusion::failure;
  const Conclusion conclusion = std::exchange(run_.conclusion, Conclusion::none);
  if (conclusion == Conclusion::none || place.is_log) return;
  const bool failed = conclusion == Conclusion::failure;
  if (settings_.has(failed ? ServiceFile::on_failure : ServiceFile::on_success))
    Aftermath(shared_, place, scripts_, run_).follow(failed);
}

}  // namespace stoker
