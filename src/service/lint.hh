// SPDX-License-Identifier: ISC
// What is wrong with the files of a service directory, as far as names and values tell: each
// fault is a sentence with the name, the cause and the remedy. supervise warns of it, and `sv lint`
// prints it. Pure.
#pragma once
#include <string_view>

#include "base/text.hh"
#include "service/settings.hh"

namespace stoker {

using Fault = Text<320>;  // empty: none

// Of a name that has no effect here, but was probably meant to: misspelt, reserved, or of another
// suite. Other names are the service's own.
Fault fault_of_name(std::string_view label, std::string_view name);

// Of what a file holds: no valid value, or a number that was probably meant to be seconds. `label`
// precedes the name of the file: "" or "log/".
Fault fault_of_value(std::string_view label, std::string_view name, FileKind kind,
                     std::string_view text);

// Of a number without a unit that, being milliseconds, is shorter than a second.
Fault fault_of_bare_time(std::string_view label, std::string_view name, std::string_view text);

}  // namespace stoker
