// SPDX-License-Identifier: ISC
#include "sv/health.hh"

namespace stoker {

Health health_of(const View& view) {
  const State state = state_of(view);
  if (state == State::failed) return Health::failed;
  const bool wanted = view.runit.want != 'd';
  const bool ready = state == State::ready || (view.own == nullptr && state == State::up);
  return !wanted || ready ? Health::fine : Health::not_ready;
}

}  // namespace stoker
