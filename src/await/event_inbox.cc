// SPDX-License-Identifier: ISC
#include "await/event_inbox.hh"

#include <fcntl.h>

namespace stoker {

bool EventInbox::open(const char* scan_state) {
  directory_ = open_directory(AT_FDCWD, scan_state);
  if (!directory_) return false;
  if (auto listener = Listener::subscribe(directory_.get()))
    listener_.emplace(std::move(*listener));
  return listener_.has_value();
}

std::string_view EventInbox::next() {
  if (complete_) record_.clear();
  complete_ = false;
  while (const char byte = listener_ ? listener_->next() : '\0') {
    complete_ = byte == emitted_end;
    if (complete_ && !record_.truncated()) return record_;
    if (complete_)
      record_.clear();
    else
      record_.append(byte);
  }
  return {};
}

}  // namespace stoker
