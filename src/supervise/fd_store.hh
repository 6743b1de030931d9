// SPDX-License-Identifier: ISC
// The descriptors that a service leaves with its supervisor, as systemd's FDSTORE=1 does it: they
// are kept as its sockets are, and handed to the next run behind them.
#pragma once
#include <string_view>

#include "supervise/held_descriptors.hh"

namespace stoker {

class FdStore {
 public:
  explicit FdStore(HeldDescriptors& held) : held_(held) {}

  enum class Added : uint8_t {
    yes,
    known,   // it has been there already, under whatever name: closed
    full,    // there are `limit`: closed
    unable,  // the name is none, or there is no memory: closed
  };
  // `name` is FDNAME, "stored" if the service gives none; see is_socket_name(). `limit` is
  // ServiceSettings::fd_store(). `watched`: no FDPOLL=0.
  Added add(Fd fd, std::string_view name, unsigned limit, bool watched);
  // All of that name. False if there was none.
  bool remove(std::string_view name);
  // Closes those that are watched and have hung up, or have an error. systemd does that at once;
  // here it is due when somebody would notice: a run is to get them, or needs their place.
  void drop_dead();

  size_t size() const { return held_.stored().size(); }

 private:
  HeldDescriptors& held_;
};

// As systemd has it.
constexpr size_t longest_stored_name = 255;
constexpr std::string_view usual_stored_name = "stored";

}  // namespace stoker
