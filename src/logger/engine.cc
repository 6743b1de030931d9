// SPDX-License-Identifier: ISC
#include "logger/engine.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/any.hh"
#include "base/child.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "base/stack.hh"
#include "base/text.hh"
#include "logger/alert.hh"
#include "logger/mirror.hh"

namespace stoker {

namespace {

// To send the last copies of lines, at the end.
constexpr Moment copies_timeout = 1s;
// Until then the next burst is expected to find the memory of the last one.
constexpr Moment burst_memory = 2s;
constexpr size_t burst_size = 4096;
enum : size_t { news, mirrored_out, mirrored_error, first_forward };
// Large; only those pages take memory that have ever been used.
char input[65536];
constinit OutputBuffer output{};

}  // namespace

LogEngine::LogEngine(std::span<LogSink> sinks, const EngineOptions& options)
    : sinks_(sinks),
      options_(options),
      polls_memory_((sinks.size() + first_forward) * sizeof(pollfd)),
      source_(input),
      delivery_(sinks, output) {
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
    if (shutdown_.closing() && (shutdown_.killing_now() || !has_work())) return close();
    sleep();
    obey_signals();
  }
}

void LogEngine::enter(EnginePhase phase) {
  shutdown_.enter(phase);
  ready_ = true;
}

Moment LogEngine::deadline() const {
  Moment next = std::min({shutdown_.timeout(), partial_line_.poll_at(), release_at_});
  for (const LogSink& sink : sinks_) {
    next = std::min({next, sink.store.deadline(), sink.deadline(), sink.copies.forward.deadline()});
    if (between_lines()) next = std::min(next, sink.notice_at());
  }
  if (delivery_.stalled()) return std::min(next, delivery_.retry());
  return ready_ && !shutdown_.closing() ? Moment::zero() : next;
}

// Only the first is looked at afterwards; the others wake us to attend to them.
std::span<pollfd> LogEngine::collect_polls() {
  polls_[news] = source_.interest();
  if (delivery_.stalled() || source_.ended() || shutdown_.closing()) polls_[news].fd = -1;
  polls_[mirrored_out] = mirror_interest(STDOUT_FILENO);
  polls_[mirrored_error] = mirror_interest(STDERR_FILENO);
  size_t count = first_forward;
  for (const LogSink& sink : sinks_)
    if (sink.copies.forward) polls_[count++] = sink.copies.forward.interest();
  return polls_.first(count);
}

void LogEngine::sleep() {
  wait_until(collect_polls(), deadline());
  if (polls_[news].revents != 0 || partial_line_.poll_is_due()) ready_ = true;
  if (release_at_ != never && now() >= release_at_) release_buffers();
  if (!shutdown_.timed_out()) return;
  if (shutdown_.phase() == EnginePhase::finishing) enter(EnginePhase::last_line);
  if (shutdown_.closing()) give_up_processors();
}

void LogEngine::release_buffers() {
  release_at_ = never;
  if (delivery_.under_way()) return;
  release_memory(input);
  release_memory(output.data);
  give_back_stack();
}

void LogEngine::obey_signals() {
  while (const int signal = next_signal()) obey(signal);
  if (reload_.take(delivery_.under_way())) options_.reload(sinks_);
}

void LogEngine::obey(int signal) {
  if (signal == SIGTERM) {
    if (options_.verbose) say("info", {"sigterm received."});
    if (shutdown_.stop_requested()) give_up_processors();
    shutdown_.request_stop();
    if (shutdown_.phase() == EnginePhase::running) enter(EnginePhase::draining);
    if (shutdown_.closing()) enter(EnginePhase::closing);
  } else if (signal == SIGALRM) {
    if (options_.verbose) say("info", {"sigalarm received."});
    for (LogSink& sink : sinks_)
      if (sink.store.size() != 0) sink.store.want_rotation();
  } else if (signal == SIGHUP) {
    if (options_.verbose) say("info", {"sighangup received."});
    reload_.request();
  } else if (signal == SIGCHLD) {
    if (options_.verbose && processing()) say("info", {"sigchild received."});
    while (const auto death = reap())
      for (LogSink& one : sinks_) one.store.child_ended(*death);
  }
}

bool LogEngine::processing() const {
  return any(sinks_, [](const LogSink& sink) { return sink.store.processing(); });
}

bool LogEngine::has_work() const {
  return any(sinks_, [](const LogSink& sink) { return sink.store.has_work(); });
}

// What they were fed with is still there, and is processed by the next logger.
void LogEngine::give_up_processors() {
  if (!shutdown_.closing()) return;
  shutdown_.kill_now();
  for (LogSink& sink : sinks_) sink.store.give_processor_up();
}

void LogEngine::attend() {
  flush_mirrors();
  for (LogSink& sink : sinks_) {
    if (!sink.store.in_use()) continue;
    sink.copies.forward.attend();
    if (!delivery_.under_way()) sink.attend();
    sink.store.attend(!delivery_.under_way());
  }
}

// May the logs have notices of their own now?
bool LogEngine::between_lines() const {
  return !delivery_.under_way() && !partial_line_.in_logs() && !shutdown_.closing();
}

bool LogEngine::notices_are_due() const {
  const Moment time = now();
  return any(sinks_, [time](const LogSink& sink) { return sink.notice_at() <= time; });
}

void LogEngine::open_batch_of_notices() {
  Batch batch;
  batch.first = batch.rest = tai_now();
  batch.notices_only = true;
  delivery_.begin(batch);
}

void LogEngine::pump() {
  if (shutdown_.closing()) return;
  if (between_lines() && notices_are_due()) open_batch_of_notices();
  if (!delivery_.under_way()) {
    if (!ready_) return;
    ready_ = false;
    if (shutdown_.phase() != EnginePhase::last_line)
      source_.peek(shutdown_.phase() == EnginePhase::finishing);
    if (!open_batch()) return move_on();
  }
  if (delivery_.stalled() && !shutdown_.stop_requested() && now() < delivery_.retry()) return;
  if (deliver())
    close_batch();
  else if (shutdown_.stop_requested())
    give_up();
}

bool LogEngine::open_batch() {
  const std::string_view text(source_.unread().data(), source_.unread().size());
  if (shutdown_.phase() == EnginePhase::last_line)
    return (!text.empty() || partial_line_.in_logs()) && open_batch_of(text.size(), true);
  // After a stop request, reading stops at the first end of a line. The rest is left in the
  // pipe, if it is still there.
  const bool only_one = shutdown_.phase() == EnginePhase::finishing && !source_.unprotected();
  const size_t newline = only_one ? text.find('\n') : text.rfind('\n');
  if (newline != std::string_view::npos) return open_batch_of(newline + 1, true);
  return !text.empty() && may_begin_half_a_line() && open_batch_of(text.size(), false);
}

bool LogEngine::may_begin_half_a_line() {
  if (source_.full()) return true;
  // A sink that selects lines must wait for the whole line.
  return partial_line_.is_stuck() &&
         !any(sinks_, [](const LogSink& sink) { return sink.in_use() && sink.judges(); });
}

void LogEngine::plan_partial_line_poll() {
  const size_t half = source_.unread().size();
  if (half != 0 && source_.may_miss_input())
    partial_line_.plan_poll(half);
  else
    partial_line_.cancel_poll();
}

bool LogEngine::open_batch_of(size_t size, bool ends) {
  const std::span<char> text = source_.unread().first(size);
  if (options_.replacements != nullptr) replace_bytes(text, *options_.replacements);
  Batch batch;
  batch.text = {text.data(), text.size()};
  batch.rest = tai_now();
  batch.first = partial_line_.began().value_or(batch.rest);
  batch.continues = partial_line_.in_logs();
  batch.ends = ends;
  delivery_.begin(batch);
  return true;
}

bool LogEngine::deliver() {
  const bool done = delivery_.run();
  flush_alerts();
  flush_mirrors();
  return done;
}

void LogEngine::note_beginning(const Tai64n& time) {
  partial_line_.note_beginning(time, !source_.unread().empty());
}

Tai64n LogEngine::latest_time() const {
  Tai64n latest = delivery_.batch().rest;
  for (const LogSink& sink : sinks_)
    if (sink.in_use()) latest = std::max(latest, sink.time());
  return latest;
}

void LogEngine::close_batch() {
  const Batch& batch = delivery_.batch();
  delivery_.end();
  reload_.batch_ended();
  if (batch.notices_only) return;
  if (batch.text.size() > burst_size) release_at_ = now() + burst_memory;
  source_.take(batch.text.size());
  partial_line_.delivered(batch.ends);
  note_beginning(latest_time());
  const EnginePhase phase = shutdown_.phase();
  if (phase == EnginePhase::running) {
    ready_ = source_.more() || source_.ended();
    if (!ready_) plan_partial_line_poll();
    return;
  }
  if (phase == EnginePhase::draining) ready_ = true;
  const bool unsaved = source_.unprotected() && !source_.unread().empty();
  const EnginePhase next = shutdown_.after_batch(batch.ends, unsaved);
  if (next != phase) enter(next);
}

// There is no whole line now.
void LogEngine::move_on() {
  note_beginning(tai_now());
  if (shutdown_.phase() == EnginePhase::last_line) return enter(EnginePhase::closing);
  if (source_.ended()) {
    if (source_.error() != 0) exit_code_ = exit_trouble;
    if (errno = source_.error(); errno != 0) warn_errno({"unable to read standard input"});
    return enter(EnginePhase::last_line);
  }
  ready_ = source_.more();
  if (!ready_) plan_partial_line_poll();
  if (ready_ || shutdown_.phase() != EnginePhase::draining) return;
  const bool at_line_end = source_.unread().empty() && !partial_line_.in_logs();
  enter(at_line_end ? EnginePhase::closing : EnginePhase::finishing);
}

// Writing fails, and a stop was requested.
void LogEngine::give_up() {
  complain(delivery_.sink());
  enter(EnginePhase::closing);
}

void LogEngine::complain(const LogSink& sink) {
  warn({"stopped before all was written to current: ", sink.store.path()});
  exit_code_ = exit_trouble;
}

// Notices that are still due, and lines that were kept in memory.
void LogEngine::write_last_notices() {
  const bool notices_fit = !delivery_.under_way();
  if (notices_fit) open_batch_of_notices();
  for (LogSink& sink : sinks_) {
    if (!sink.in_use()) continue;
    if (notices_fit) {
      output.begin = output.end = 0;
      static_cast<void>(sink.take(delivery_.batch(), output));
    }
    if (!sink.finish()) complain(sink);
  }
}

int LogEngine::close() {
  write_last_notices();
  for (LogSink& sink : sinks_)
    if (sink.store.in_use()) sink.store.close();
  const Moment end = now() + copies_timeout;
  for (LogSink& sink : sinks_) sink.copies.forward.finish(end);
  finish_mirrors(end);
  const bool lost = any(sinks_, [](const LogSink& sink) { return sink.has_lost(); });
  return lost ? exit_trouble : exit_code_;
}

}  // namespace stoker
