// SPDX-License-Identifier: ISC
#include "supervise/wait_list.hh"

#include "base/signals.hh"

namespace stoker {

void WaitList::add(int fd) { add(fd, POLLIN); }

void WaitList::add(int fd, short events) {
  if (fd >= 0 && count_ < slots_.size()) slots_[count_++] = {fd, events, 0};
}

void WaitList::wait() { wait_until(slots_.first(count_), deadline_); }

bool WaitList::is_readable(int fd) const {
  const auto used = slots_.first(count_);
  return std::any_of(used.begin(), used.end(),
                     [fd](const pollfd& slot) { return slot.fd == fd && slot.revents != 0; });
}

}  // namespace stoker
