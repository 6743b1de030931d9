// SPDX-License-Identifier: ISC
// The names that this server answers to, and what programs of other suites do differently.
#pragma once
#include <cstdint>
#include <string_view>

namespace stoker {

enum class ServerName : uint8_t { accept, tcpsvd, tcpserver, s6_ipcserver };

constexpr std::string_view word(ServerName name) {
  constexpr std::string_view words[] = {"accept", "tcpsvd", "tcpserver", "s6-ipcserver"};
  return words[static_cast<size_t>(name)];
}

// `accept` for every other name.
constexpr ServerName server_name_from(std::string_view called) {
  for (const auto name : {ServerName::tcpsvd, ServerName::tcpserver, ServerName::s6_ipcserver})
    if (word(name) == called) return name;
  return ServerName::accept;
}

}  // namespace stoker
