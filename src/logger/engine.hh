// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "base/clock.hh"
#include "logger/delivery.hh"
#include "logger/engine_shutdown.hh"
#include "logger/format.hh"
#include "logger/partial_line.hh"
#include "logger/reload_request.hh"
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
  bool between_lines() const;
  bool notices_are_due() const;
  void open_batch_of_notices();
  void write_last_notices();
  void complain(const LogSink& sink);
  void move_on();
  void enter(EnginePhase phase);
  void give_up();
  void give_up_processors();
  Tai64n latest_time() const;
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
  bool ready_ = true;  // is it worth looking at the source?
  Delivery delivery_;
  PartialLine partial_line_;
  EngineShutdown shutdown_;
  ReloadRequest reload_;
  Moment release_at_ = never;  // when the memory that a burst has taken is given back
  int exit_code_ = 0;
};

}  // namespace stoker
