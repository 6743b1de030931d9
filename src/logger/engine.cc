// SPDX-License-Identifier: ISC
#include "logger/engine.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/child.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "base/stack.hh"
#include "base/text.hh"
#include "logger/alert.hh"
#include "logger/mirror.hh"

namespace stoker {

namespace {

constexpr Moment line_timeout = 1s;
constexpr Moment processor_timeout = 5s;
// For whoever gets copies of the lines, at the end.
constexpr Moment copies_timeout = 1s;
// Most halves of lines are completed at once, by a writer who was not quite done.
constexpr Moment first_partial_line_poll = 50us;
constexpr Moment longest_partial_line_poll = 50ms;
constexpr Moment partial_line_poll_when_stuck = 1s;
// Until then the next burst is expected to find the memory of the last one.
constexpr Moment burst_memory = 2s;
constexpr size_t burst_size = 4096;
enum : size_t { news, mirrored_out, mirrored_error, first_forward };
// Enough to empty any pipe of ordinary size, while its writers fill it.
constexpr int most_last_looks = 16;

// Large; only those pages take memory that have ever been used.
char input[65536];
constinit OutputBuffer output{};

}  // namespace

LogEngine::LogEngine(std::span<LogSink> sinks, const EngineOptions& options)
    : sinks_(sinks),
      options_(options),
      polls_memory_((sinks.size() + first_forward) * sizeof(pollfd)),
      source_(input) {
  if (!polls_memory_) die_errno({"unable to get memory for ", Digits(sinks.size()), " logs"});
  polls_ = {polls_memory_.room_for<pollfd>(sinks.size() + first_forward),
            sinks.size() + first_forward};
  if (options.reload != nullptr)
    catch_signals({SIGTERM, SIGHUP, SIGALRM, SIGCHLD, SIGPIPE, SIGXFSZ});
  else
    catch_signals({SIGTERM, SIGALRM, SIGCHLD, SIGPIPE, SIGXFSZ});
  source_.open(STDIN_FILENO);
}

int LogEngine::run() {
  give_back_stack();
  for (;;) {
    attend();
    pump();
    if (phase_ == Phase::closing && (killing_now_ || !has_work())) return close();
    sleep();
    obey_signals();
  }
}

void LogEngine::enter(Phase phase) {
  phase_ = phase;
  ready_ = true;
  timeout_ = never;
  if (phase == Phase::draining) looks_left_ = most_last_looks;
  if (phase == Phase::finishing) timeout_ = now() + line_timeout;
  if (phase == Phase::closing && stop_requested_) timeout_ = now() + processor_timeout;
}

Moment LogEngine::deadline() const {
  Moment next = std::min({timeout_, partial_line_poll_, release_at_});
  for (const LogSink& sink : sinks_) {
    next = std::min({next, sink.store.deadline(), sink.deadline(), sink.forward.deadline()});
    if (may_tell()) next = std::min(next, sink.tells_at());
  }
  if (stalled_) return std::min(next, sinks_[at_].store.retry());
  return ready_ && phase_ != Phase::closing ? Moment::zero() : next;
}

// Only the first is looked at afterwards; the others wake us to attend to them.
std::span<pollfd> LogEngine::collect_polls() {
  polls_[news] = source_.interest();
  if (stalled_ || source_.ended() || phase_ == Phase::closing) polls_[news].fd = -1;
  polls_[mirrored_out] = mirror_interest(STDOUT_FILENO);
  polls_[mirrored_error] = mirror_interest(STDERR_FILENO);
  size_t count = first_forward;
  for (const LogSink& sink : sinks_)
    if (sink.forward) polls_[count++] = sink.forward.interest();
  return polls_.first(count);
}

void LogEngine::sleep() {
  wait_until(collect_polls(), deadline());
  if (polls_[news].revents != 0 || (partial_line_poll_ != never && now() >= partial_line_poll_))
    ready_ = true;
  if (release_at_ != never && now() >= release_at_) release_buffers();
  if (timeout_ == never || now() < timeout_) return;
  if (phase_ == Phase::finishing) enter(Phase::last_line);
  if (phase_ == Phase::closing) give_up_processors();
}

void LogEngine::release_buffers() {
  release_at_ = never;
  if (batch_open_) return;
  release_memory(input);
  release_memory(output.data);
  give_back_stack();
}

void LogEngine::obey_signals() {
  while (const int signal = next_signal()) obey(signal);
  if (!reload_wanted_ || !may_reload_) return;
  reload_wanted_ = false;
  // A batch that is under way still refers to what the last configuration said.
  may_reload_ = !batch_open_;
  options_.reload(sinks_);
}

void LogEngine::obey(int signal) {
  if (signal == SIGTERM) {
    if (options_.verbose) say("info", {"sigterm received."});
    if (stop_requested_) give_up_processors();
    stop_requested_ = true;
    if (phase_ == Phase::running) enter(Phase::draining);
    if (phase_ == Phase::closing) enter(Phase::closing);
  } else if (signal == SIGALRM) {
    if (options_.verbose) say("info", {"sigalarm received."});
    for (LogSink& sink : sinks_)
      if (sink.store.size() != 0) sink.store.want_rotation();
  } else if (signal == SIGHUP) {
    if (options_.verbose) say("info", {"sighangup received."});
    reload_wanted_ = true;
  } else if (signal == SIGCHLD) {
    if (options_.verbose && processing()) say("info", {"sigchild received."});
    while (const auto death = reap())
      for (LogSink& one : sinks_) one.store.child_ended(*death);
  }
}

bool LogEngine::processing() const {
  return std::any_of(sinks_.begin(), sinks_.end(),
                     [](const LogSink& sink) { return sink.store.processing(); });
}

bool LogEngine::has_work() const {
  return std::any_of(sinks_.begin(), sinks_.end(),
                     [](const LogSink& sink) { return sink.store.has_work(); });
}

// What they were fed with is still there, and is processed by the next logger.
void LogEngine::give_up_processors() {
  if (phase_ != Phase::closing) return;
  killing_now_ = true;
  for (LogSink& sink : sinks_) sink.store.give_processor_up();
}

void LogEngine::attend() {
  flush_mirrors();
  for (LogSink& sink : sinks_) {
    if (!sink.store.in_use()) continue;
    sink.forward.attend();
    if (!batch_open_) sink.attend();
    sink.store.attend(!batch_open_);
  }
}

// Is there room between the lines for what the logs say themselves?
bool LogEngine::may_tell() const { return !batch_open_ && !line_open_ && phase_ != Phase::closing; }

bool LogEngine::has_to_tell() const {
  const Moment time = now();
  return std::any_of(sinks_.begin(), sinks_.end(),
                     [time](const LogSink& sink) { return sink.tells_at() <= time; });
}

void LogEngine::open_batch_that_tells() {
  batch_ = Batch();
  batch_.first = batch_.rest = tai_now();
  batch_.tells = batch_open_ = true;
  at_ = 0;
}

void LogEngine::pump() {
  if (phase_ == Phase::closing) return;
  if (may_tell() && has_to_tell()) open_batch_that_tells();
  if (!batch_open_) {
    if (!ready_) return;
    ready_ = false;
    if (phase_ != Phase::last_line) source_.look();
    if (!open_batch()) return move_on();
  }
  if (stalled_ && !stop_requested_ && now() < sinks_[at_].store.retry()) return;
  if (deliver())
    close_batch();
  else if (stop_requested_)
    give_up();
}

bool LogEngine::open_batch() {
  const std::string_view text(source_.unread().data(), source_.unread().size());
  if (phase_ == Phase::last_line)
    return (!text.empty() || line_open_) && open_batch_of(text.size(), true);
  // When told to stop, we stop at the first end of a line and leave the rest where it
  // is, if it can be left there.
  const bool only_one = phase_ == Phase::finishing && !source_.unprotected();
  const size_t newline = only_one ? text.find('\n') : text.rfind('\n');
  if (newline != std::string_view::npos) return open_batch_of(newline + 1, true);
  return !text.empty() && may_begin_half_a_line() && open_batch_of(text.size(), false);
}

bool LogEngine::may_begin_half_a_line() {
  if (source_.full()) return true;
  // Nothing comes for so long that it had better be in the logs than in the way; but
  // whoever selects lines must wait for the whole.
  return partial_line_delay_ > longest_partial_line_poll &&
         std::none_of(sinks_.begin(), sinks_.end(),
                      [](const LogSink& sink) { return sink.in_use() && sink.judges(); });
}

void LogEngine::plan_partial_line_poll() {
  const size_t half = source_.unread().size();
  partial_line_poll_ = never;
  if (half == 0 || !source_.may_miss_input()) return;
  if (half != std::exchange(partial_line_polled_at_, half)) partial_line_delay_ = Moment::zero();
  partial_line_delay_ = partial_line_delay_ > longest_partial_line_poll
                            ? partial_line_poll_when_stuck
                            : std::max(first_partial_line_poll, 2 * partial_line_delay_);
  partial_line_poll_ = now() + partial_line_delay_;
}

bool LogEngine::open_batch_of(size_t size, bool ends) {
  const std::span<char> text = source_.unread().first(size);
  if (options_.replacements != nullptr) replace_bytes(text, *options_.replacements);
  batch_.text = {text.data(), text.size()};
  batch_.rest = tai_now();
  batch_.first = knows_began_ ? began_ : batch_.rest;
  batch_.continues = line_open_;
  batch_.ends = ends;
  batch_.tells = false;
  batch_open_ = true;
  at_ = 0;
  return true;
}

bool LogEngine::deliver() {
  stalled_ = false;
  while (at_ < sinks_.size() && !stalled_) {
    if (sinks_[at_].take(batch_, output))
      ++at_;
    else
      stalled_ = true;
  }
  flush_alerts();
  flush_mirrors();
  return !stalled_;
}

void LogEngine::note_beginning(const Tai64n& time) {
  if (!knows_began_) began_ = time;
  knows_began_ = !source_.unread().empty();
}

void LogEngine::close_batch() {
  if (batch_.tells) {
    batch_open_ = false;
    may_reload_ = true;
    return;
  }
  if (batch_.text.size() > burst_size) release_at_ = now() + burst_memory;
  source_.take(batch_.text.size());
  line_open_ = !batch_.ends;
  batch_open_ = false;
  may_reload_ = true;
  partial_line_poll_ = never;
  partial_line_delay_ = Moment::zero();
  partial_line_polled_at_ = 0;
  knows_began_ = false;
  Tai64n latest = batch_.rest;
  for (const LogSink& sink : sinks_)
    if (sink.in_use()) latest = std::max(latest, sink.time());
  note_beginning(latest);
  switch (phase_) {
  case Phase::running:
    ready_ = source_.more() || source_.ended();
    if (!ready_) plan_partial_line_poll();
    break;
  case Phase::draining:
    ready_ = true;
    if (--looks_left_ <= 0 && !source_.unprotected())
      enter(line_open_ ? Phase::finishing : Phase::closing);
    break;
  case Phase::finishing:
    if (batch_.ends) enter(source_.unprotected() ? Phase::last_line : Phase::closing);
    break;
  case Phase::last_line: enter(Phase::closing); break;
  case Phase::closing: break;
  }
}

// There is no whole line now.
void LogEngine::move_on() {
  note_beginning(tai_now());
  if (phase_ == Phase::last_line) return enter(Phase::closing);
  if (source_.ended()) {
    if (source_.error() != 0) exit_code_ = exit_trouble;
    if (errno = source_.error(); errno != 0) warn_errno({"unable to read standard input"});
    return enter(Phase::last_line);
  }
  ready_ = source_.more();
  if (!ready_) plan_partial_line_poll();
  if (ready_ || phase_ != Phase::draining) return;
  enter(source_.unread().empty() && !line_open_ ? Phase::closing : Phase::finishing);
}

// The disk takes nothing, and we are to stop.
void LogEngine::give_up() {
  complain(sinks_[at_]);
  enter(Phase::closing);
}

void LogEngine::complain(const LogSink& sink) {
  warn({"stopped before all was written to current: ", sink.store.path()});
  exit_code_ = exit_trouble;
}

// What the logs still have to say of themselves, and what they have kept back.
void LogEngine::tell_last() {
  const bool between_lines = !batch_open_;
  if (between_lines) open_batch_that_tells();
  for (LogSink& sink : sinks_) {
    if (!sink.in_use()) continue;
    if (between_lines) {
      output.begin = output.end = 0;
      static_cast<void>(sink.take(batch_, output));
    }
    if (!sink.finish()) complain(sink);
  }
}

int LogEngine::close() {
  tell_last();
  for (LogSink& sink : sinks_)
    if (sink.store.in_use()) sink.store.close();
  const Moment end = now() + copies_timeout;
  for (LogSink& sink : sinks_) sink.forward.finish(end);
  finish_mirrors(end);
  return exit_code_;
}

}  // namespace stoker
