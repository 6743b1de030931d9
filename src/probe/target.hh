// SPDX-License-Identifier: ISC
// What is to be probed, as it is written in an argument. Pure.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "net/listen_line.hh"
#include "net/remote.hh"

namespace stoker {

struct Target {
  enum class Kind : uint8_t {
    tcp,        // accepts a connection
    unix_path,  // the same
    http,       // … and answers a request with 2xx or 3xx
    pid_file,   // names a process that lives
    file,       // exists
  };
  Kind kind = Kind::file;
  std::string_view word;  // all of it, for messages
  // One of them must answer; none: `path` is a UNIX socket.
  std::array<RemoteAddress, 2> addresses;
  size_t address_count = 0;
  std::string_view path;  // of the socket or file; @NAME: an abstract socket
  std::string_view host;  // of http: what the request names
  std::string_view url;   // … what it asks for
  Moment newest = never;  // of file: how long ago it may have been written, at most

  std::span<const RemoteAddress> remotes() const { return {addresses.data(), address_count}; }
};

constexpr size_t longest_url = 2000;

// Empty if it is none.
std::optional<Target> parse_target(std::string_view word);

// Why it is none, for a message.
std::string_view fault_of_target(std::string_view word);

}  // namespace stoker
