// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// As set_program(), for tools that services run: if one does, messages begin with its name: "web: "
// or, for a logger, "web/log: ". That is looked up when there is a message, and costs nothing
// before. The name is that of the current directory, if it has a file `run`. `name` must stay
// valid.
void set_tool(std::string_view name);

// What is put before messages, if it is not empty. Asked for each message.
void set_origin(std::string_view (*find)());

}  // namespace stoker
