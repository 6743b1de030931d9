// SPDX-License-Identifier: ISC
// Events that people and scripts name: `sv emit` writes them to all who await them, through the
// FIFOs in `.svscan/event/`, as supervisors announce their transitions. Whoever does not listen at
// that time misses them.
//
// NAME [US VARIABLE=VALUE]... RS, with the separators of ASCII, in one write.
#pragma once
#include <climits>
#include <span>
#include <string_view>

#include "base/text.hh"

namespace stoker {

using EmittedRecord = Text<PIPE_BUF>;

constexpr char emitted_end = '\x1e';
constexpr size_t most_emitted_variables = 12;

// Letters, digits and `-_.:@`; at most 64 bytes.
bool is_event_name(std::string_view name);
// NAME=VALUE without a separator; the name is that of a shell variable.
bool is_event_variable(std::string_view variable);

// The record; it is truncated() if there is too much in it.
EmittedRecord compose_event(std::string_view name, std::span<char* const> variables);

// The parts of a record without its end. The name, and takes it off.
std::string_view take_part(std::string_view& record);

}  // namespace stoker
