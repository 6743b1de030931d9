// SPDX-License-Identifier: ISC
#pragma once
#include <span>

#include "logger/format.hh"
#include "logger/sink.hh"

namespace stoker {

// The batch under way: one sink after the other takes it. A sink that cannot continue holds up
// those behind it.
class Delivery {
 public:
  Delivery(std::span<LogSink> sinks, OutputBuffer& output) : sinks_(sinks), output_(output) {}

  void begin(const Batch& batch) {
    batch_ = batch;
    at_ = 0;
    state_ = State::under_way;
  }
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

  std::span<LogSink> sinks_;
  OutputBuffer& output_;
  Batch batch_;
  size_t at_ = 0;
  State state_ = State::idle;
};

}  // namespace stoker
