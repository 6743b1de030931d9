// SPDX-License-Identifier: ISC
// The lines of a file of ipsvd's rules. Pure.
#pragma once
#include <string_view>

#include "accept/server_settings.hh"
#include "accept/socket_end.hh"

namespace stoker {

struct Instruction {
  enum class Kind : uint8_t {
    none,     // an empty line, a comment
    set,      // +NAME=VALUE
    unset,    // +NAME
    limit,    // Cn[:message]
    check,    // =ADDRESS[:FILE]
    look_up,  // the same with the name of a host
    mistaken,
  };
  Kind kind = Kind::none;
  std::string_view name, value;  // of a variable; `value` is the file of a check, may be empty
  unsigned limit = 0;
  Text<ServerSettings::longest_message> message;
  bool matches = false;  // the client has the address of the check
};

Instruction parse_instruction(std::string_view line, const SocketEnd& client);

}  // namespace stoker
