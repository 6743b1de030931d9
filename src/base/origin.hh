// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// As set_program(), for tools that services run: if one does, messages begin with its name: "web: "
// or, for a logger, "web/log: ". That is looked up when there is a message, and costs nothing
// before. The name is that of $PWD, if that is the current directory and has a file `run`. `tool`
// must stay valid.
void set_tool(std::string_view tool);

// What is put before messages, such as "web: ". Asked for each message.
void set_origin(std::string_view (*find)());

}  // namespace stoker
