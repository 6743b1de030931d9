// SPDX-License-Identifier: ISC
#include "sv/health.hh"

namespace stoker {

Fitness fitness_of(const View& view) {
  const State state = state_of(view);
  if (state == State::failed) return Fitness::failed;
  const bool wanted = view.runit.want != 'd';
  const bool ready = serves(state) || (view.own == nullptr && state == State::up);
  if (wanted && !ready) return Fitness::not_ready;
  return wanted && !ailment_of(view).empty() ? Fitness::unhealthy : Fitness::fine;
}

}  // namespace stoker
