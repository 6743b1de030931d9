// SPDX-License-Identifier: ISC
#include "supervise/wait_list.hh"

#include <span>

#include "base/signals.hh"

namespace stoker {

void WaitList::add(int fd) {
  if (fd >= 0 && count_ < most) fds_[count_++] = {fd, POLLIN, 0};
}

void WaitList::wait() { wait_until(std::span(fds_).first(count_), deadline_); }

bool WaitList::is_readable(int fd) const {
  const auto* const end = fds_.begin() + count_;
  return std::any_of(fds_.begin(), end,
                     [fd](const pollfd& slot) { return slot.fd == fd && slot.revents != 0; });
}

}  // namespace stoker
