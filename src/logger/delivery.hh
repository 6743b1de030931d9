// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "logger/format.hh"
#include "logger/sink.hh"

namespace stoker {

// The batch under way: one sink after the other takes it. A sink that cannot continue holds up
// those behind it. Sinks that copy lines to the same descriptor take it line by line, so that
// each line gets there from all of them before the next.
class Delivery {
 public:
  Delivery(std::span<LogSink> sinks, OutputBuffer& output) : sinks_(sinks), output_(output) {}

  void begin(const Batch& batch);
  // Passes the batch on. False if it stalled; then it is to be called again at retry().
  [[nodiscard]] bool run();
  void end() { state_ = State::idle; }

  // Is there a batch that is not in all logs yet?
  bool under_way() const { return state_ != State::idle; }
  bool stalled() const { return state_ == State::stalled; }
  const Batch& batch() const { return batch_; }
  // The sink that has the batch.
  const LogSink& sink() const { return sinks_[at_]; }
  Moment retry() const { return sink().store.retry(); }

 private:
  enum class State : uint8_t { idle, under_way, stalled };
  // Which sinks take what is passed on.
  enum class Takers : uint8_t {
    all,      // the batch
    in_turn,  // one line of it
    others    // the batch, when the others have all of its lines
  };

  bool arrange_turns();
  bool takes(const LogSink& sink) const;
  bool next_part();

  std::span<LogSink> sinks_;
  OutputBuffer& output_;
  Batch batch_;
  Batch part_;             // what is passed on
  std::string_view left_;  // the lines behind it
  size_t at_ = 0;
  State state_ = State::idle;
  Takers takers_ = Takers::all;
};

}  // namespace stoker
