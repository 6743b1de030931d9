// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "base/clock.hh"
#include "logger/format.hh"
#include "logger/sink.hh"
#include "logger/source.hh"

namespace stoker {

// What differs between the programs that share the engine.
struct EngineOptions {
  const ByteTable* replacements = nullptr;  // null: lines stay as they are
  bool verbose = false;
  // On SIGHUP, which is not caught if this is null. May end the program.
  void (*reload)(std::span<LogSink> sinks) = nullptr;
};

// Moves lines from standard input into logs, until the input ends or SIGTERM comes.
class LogEngine {
 public:
  LogEngine(std::span<LogSink> sinks, const EngineOptions& options);

  // The exit code.
  int run();

 private:
  enum class Phase : uint8_t {
    running,
    draining,   // SIGTERM has come: what the pipe holds now is still taken
    finishing,  // the end of the line that has begun is waited for, for a while
    last_line,  // no end will come for it; it is given one
    closing     // all lines are down; processors may still be running
  };

  void sleep();
  std::span<pollfd> collect_polls();
  void obey_signals();
  void obey(int signal);
  void attend();
  void pump();
  bool open_batch();
  bool open_batch_of(size_t size, bool ends);
  bool deliver();
  void close_batch();
  bool may_tell() const;
  bool has_to_tell() const;
  void open_batch_that_tells();
  void tell_last();
  void complain(const LogSink& sink);
  void move_on();
  void enter(Phase phase);
  void give_up();
  void give_up_processors();
  void note_beginning(const Tai64n& time);
  bool may_begin_half_a_line();
  void plan_partial_line_poll();
  void release_buffers();
  bool processing() const;
  bool has_work() const;
  int close();
  Moment deadline() const;

  std::span<LogSink> sinks_;
  EngineOptions options_;
  MappedMemory polls_memory_;
  std::span<pollfd> polls_;
  Source source_;
  Phase phase_ = Phase::running;
  bool stop_requested_ = false, killing_now_ = false;
  bool ready_ = true;        // is it worth looking at the source?
  bool batch_open_ = false;  // not yet in all logs
  bool line_open_ = false;   // the logs end with half a line
  bool stalled_ = false;
  size_t at_ = 0;  // the sink that has the batch
  Batch batch_;
  bool knows_began_ = false;
  Tai64n began_;  // when the line that has begun was first seen
  int looks_left_ = 0;
  // While half a line waits and news may be missed: when to look, and how long that has
  // brought nothing.
  Moment partial_line_poll_ = never, partial_line_delay_ = Moment::zero();
  size_t partial_line_polled_at_ = 0;
  Moment release_at_ = never;  // when the memory that a burst has taken is given back
  bool reload_wanted_ = false, may_reload_ = true;
  Moment timeout_ = never;  // when the phase ends whether or not it is done
  int exit_code_ = 0;
};

}  // namespace stoker
