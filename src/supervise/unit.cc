// SPDX-License-Identifier: ISC
#include "supervise/unit.hh"

#include <algorithm>

#include "service/event.hh"

namespace stoker {

Unit::Change Unit::next_change(const StateDirectory::Image& files) {
  state_.depart(run().want == Want::exit);
  const bool visible = !state_.has_published(files);
  return {service_.take_events(), visible, state_.awaits(files) && state_.is_lost()};
}

void Unit::publish(const StateDirectory::Image& files, const Change& change) {
  if (!state_.is_open()) return;
  if (!state_.publish(files, change.lost)) retry_later();
  if (!change.events.empty())
    announce(change.events);
  else if (change.visible)
    announce(Text<1>(event::changed));
}

void Unit::announce(std::string_view events) {
  stoker::announce(state_.directory(), events);
  if (service_.may_have_listeners_of_s6()) announce_to_s6(service_.place.directory, events);
}

void Unit::leave() {
  service_.leave();
  state_.close();
  if (state_.directory() >= 0) announce(Text<1>(event::left));
}

void Unit::retry_later() { retry_at_ = std::min(retry_at_, now() + retry_pause); }

bool Unit::take_retry(Moment now) {
  if (now < retry_at_) return false;
  retry_at_ = never;
  return true;
}

void Unit::wait_for(WaitList& list) const {
  list.add(state_.control());
  list.add(retry_at_);
  service_.wait_for(list);
}

}  // namespace stoker
