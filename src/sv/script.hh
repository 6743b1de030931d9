// SPDX-License-Identifier: ISC
// What the text of a script tells of the service that it runs, before it is run. Only what is sure
// is a fault. Pure.
#pragma once
#include <string_view>

#include "base/function_ref.hh"
#include "base/text.hh"

namespace stoker {

// From the first line: `#!/bin/sh`, or `#!/usr/bin/env sh`.
struct Interpreter {
  std::string_view path;     // empty: none
  std::string_view program;  // what env looks up in PATH; empty if it is not env
};
Interpreter interpreter_of(std::string_view script);
bool is_shell(const Interpreter& interpreter);

// Do lines end with CR LF?
bool has_cr_lf(std::string_view script);

// Why it is not what a supervisor can run: it puts itself into the background, or stays between
// the supervisor and the service. Behind the name of the file; empty: nothing is wrong.
Text<160> fault_of_run(std::string_view shell_script);

// Reports each `user`, or `user:group:...`, that chpst and the like are told to become.
void find_users(std::string_view shell_script, FunctionRef<void(std::string_view)> report);

}  // namespace stoker
