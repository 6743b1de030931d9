// SPDX-License-Identifier: ISC
#include "logger/engine_shutdown.hh"

#include "catch.hh"

using namespace stoker;

namespace {

constexpr bool ends = true, cut = false, unsaved = true, in_pipe = false;

EngineShutdown in_phase(EnginePhase phase) {
  EngineShutdown shutdown;
  shutdown.enter(phase);
  return shutdown;
}

}  // namespace

TEST_CASE("a running engine stays so whatever batches end with") {
  EngineShutdown shutdown;
  CHECK(shutdown.after_batch(ends, in_pipe) == EnginePhase::running);
  CHECK(shutdown.after_batch(cut, unsaved) == EnginePhase::running);
  CHECK(shutdown.timeout() == never);
}

TEST_CASE("draining ends after some batches, although writers continue") {
  EngineShutdown shutdown = in_phase(EnginePhase::draining);
  int batches = 1;
  while (shutdown.after_batch(ends, in_pipe) == EnginePhase::draining) ++batches;
  CHECK(batches == 16);
  CHECK(shutdown.after_batch(cut, in_pipe) == EnginePhase::finishing);
}

TEST_CASE("draining ends whether or not more has been read, as a device has more for ever") {
  EngineShutdown shutdown = in_phase(EnginePhase::draining);
  int batches = 1;
  while (shutdown.after_batch(ends, unsaved) == EnginePhase::draining) ++batches;
  CHECK(batches == 16);
  CHECK(shutdown.after_batch(ends, unsaved) == EnginePhase::finishing);
}

TEST_CASE("the last line is awaited for a while, and then ended") {
  EngineShutdown shutdown = in_phase(EnginePhase::finishing);
  CHECK(shutdown.timeout() != never);
  CHECK(shutdown.after_batch(cut, in_pipe) == EnginePhase::finishing);
  CHECK(shutdown.after_batch(ends, in_pipe) == EnginePhase::closing);
  // What was read of the next line is not given up either.
  CHECK(shutdown.after_batch(ends, unsaved) == EnginePhase::finishing);
  CHECK(in_phase(EnginePhase::last_line).after_batch(ends, in_pipe) == EnginePhase::closing);
}

TEST_CASE("processors are waited for without limit, unless a stop was requested") {
  EngineShutdown shutdown = in_phase(EnginePhase::closing);
  CHECK(shutdown.timeout() == never);
  shutdown.request_stop();
  shutdown.enter(EnginePhase::closing);
  CHECK(shutdown.timeout() != never);
  CHECK_FALSE(shutdown.killing_now());
  shutdown.kill_now();
  shutdown.request_stop();
  CHECK(shutdown.killing_now());
}
