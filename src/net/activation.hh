// SPDX-License-Identifier: ISC
// The sockets that another service manager has started a program with, see sd_listen_fds(3).
#pragma once
#include <sys/types.h>

#include <span>
#include <string_view>

#include "base/environment.hh"

namespace stoker {

namespace activation {
constexpr std::string_view pid = "LISTEN_PID", count = "LISTEN_FDS", names = "LISTEN_FDNAMES";
}  // namespace activation

constexpr size_t most_activated = 128;  // others are ignored

// The numbers of those that the variables name, if they are meant for that process.
std::span<const int> activated_sockets(const Environment& environment, pid_t receiver);

// The one of that name, borrowed; -1: none.
int activated_socket(const Environment& environment, pid_t receiver, std::string_view name);

}  // namespace stoker
