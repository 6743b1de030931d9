// SPDX-License-Identifier: ISC
// The sockets on which connections arrive: those that we were started with, or of our own.
#pragma once
#include <span>

#include "accept/server_settings.hh"
#include "accept/socket_end.hh"
#include "base/fd.hh"
#include "base/mapped_array.hh"

namespace stoker {

struct AcceptingSocket {
  Fd fd;
  SocketEnd local;
};

class AcceptingSockets {
 public:
  static constexpr size_t most = 64;

  // Opens or takes them, as the words after the options say. Removes the words about sockets, so
  // that those of the program are left. Dies if that is not possible.
  void open(ServerSettings& settings);

  // Not before open().
  std::span<AcceptingSocket> all() const { return sockets_.all().first(count_); }

 private:
  void take_inherited();
  void open_written(ServerSettings& settings);
  void open_host_and_port(ServerSettings& settings);
  void open_path(ServerSettings& settings);
  void add(Fd fd, std::string_view what);

  MappedArray<AcceptingSocket> sockets_{most};
  size_t count_ = 0;
};

}  // namespace stoker
