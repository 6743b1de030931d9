// SPDX-License-Identifier: ISC
// The connections that are being served. Pure.
#pragma once
#include <sys/types.h>

#include <algorithm>
#include <optional>
#include <span>

#include "accept/socket_end.hh"

namespace stoker {

struct ServedConnection {
  pid_t pid = 0;
  std::optional<uid_t> user;  // of the client, where it is known
  PeerKey peer;
};

class ConnectionTable {
 public:
  // Holds as many as there is room for.
  explicit ConnectionTable(std::span<ServedConnection> room) : room_(room) {}

  size_t count() const { return count_; }
  size_t limit() const { return room_.size(); }
  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == room_.size(); }
  std::span<const ServedConnection> all() const { return room_.first(count_); }

  unsigned count_of(const PeerKey& peer) const {
    return static_cast<unsigned>(
        std::count_if(all().begin(), all().end(),
                      [&peer](const ServedConnection& one) { return one.peer == peer; }));
  }

  // There must be room.
  void add(const ServedConnection& connection) { room_[count_++] = connection; }

  // Empty if it is none of them.
  std::optional<ServedConnection> remove(pid_t pid) {
    const auto served = room_.first(count_);
    const auto found = std::find_if(served.begin(), served.end(),
                                    [pid](const ServedConnection& one) { return one.pid == pid; });
    if (found == served.end()) return {};
    const ServedConnection removed = *found;
    *found = room_[--count_];
    return removed;
  }

 private:
  std::span<ServedConnection> room_;
  size_t count_ = 0;
};

}  // namespace stoker
