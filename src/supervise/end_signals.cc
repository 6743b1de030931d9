// SPDX-License-Identifier: ISC
#include "supervise/end_signals.hh"

#include <csignal>

#include "base/clock.hh"
#include "base/signals.hh"
#include "supervise/run_state.hh"

namespace stoker {

bool ends_supervisor(int number) {
  return number == SIGTERM || number == SIGINT || number == SIGHUP || number == SIGQUIT;
}

bool wait_to_retry() {
  wait_until({}, now() + retry_pause);
  while (const int number = next_signal())
    if (ends_supervisor(number)) return false;
  return true;
}

}  // namespace stoker
