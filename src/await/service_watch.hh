// SPDX-License-Identifier: ISC
// A service that await waits for.
#pragma once
#include "await/condition.hh"
#include "await/path_watch.hh"
#include "client/service_handle.hh"

namespace stoker {

class ServiceWatch {
 public:
  // Is the service as it is wished? Looks, and sees to it that fd(), gone() or `paths` wakes when
  // that changes. `name` is lent for as long as this exists.
  bool look(const Places& places, const char* name, ServiceWish wish, PathWatch& paths);

  // Readable when its state changes; -1: it has no events.
  int fd() const { return handle_.listener ? handle_.listener->fd() : -1; }
  // In error when its supervisor exits; -1: there is none.
  int gone() const { return handle_.ok ? handle_.ok.get() : -1; }
  // Nobody finds its FIFO any more.
  void close() { handle_.listener.reset(); }

 private:
  ServiceHandle handle_;
};

}  // namespace stoker
